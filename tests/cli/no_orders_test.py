"""levee reads and never acts: it can send, sign and unlock nothing, and one file opens sockets."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
READS = {"eth_call", "eth_chainId", "eth_getBlockByNumber", "eth_getCode", "eth_getLogs"}
# JSON-RPC writes its methods in camel case; columns and fields of ours are in snake case.
CALL = re.compile(r'"((?:eth|personal|debug|admin|miner|engine|txpool)_[a-z]+[A-Za-z]*)"')
SECRET = re.compile(r"(?i)private_key|mnemonic|seed_phrase|api_secret|sendtransaction|"
                    r"signtransaction|sendrawtransaction|ecdsa_sign|secp256k1")
WIRE = re.compile(r"#include <(sys/socket|netdb|netinet/\w+|openssl/ssl|curl/\w+|boost/asio\S*)")
VERB = re.compile(r"http::verb::(\w+)")


def offences(sources):
    """sources: {path: text} -> what of them could reach out to do more than ask."""
    for path, text in sorted(sources.items()):
        for method in CALL.findall(text):
            if method not in READS:
                yield f"{path}: calls {method}"
        for found in SECRET.finditer(text):
            yield f"{path}: speaks of {found[0]}"
        if WIRE.search(text) and path != "levee/chain/http.cpp":
            yield f"{path}: opens a wire"


class NoOrders(unittest.TestCase):
    def setUp(self):
        self.sources = {str(p.relative_to(ROOT)): p.read_text()
                        for p in (ROOT / "levee").rglob("*") if p.suffix in {".h", ".cpp"}}

    def test_nothing_in_levee_can_send_an_order(self):
        self.assertGreater(len(self.sources), 300)
        self.assertEqual([], list(offences(self.sources)))

    def test_what_it_asks_a_node_for_is_what_is_known_to_read(self):
        asked = {m for text in self.sources.values() for m in CALL.findall(text)}
        self.assertEqual(READS, asked)

    def test_one_file_speaks_to_the_world_and_only_posts_questions(self):
        http = self.sources["levee/chain/http.cpp"]
        self.assertTrue(WIRE.search(http))
        self.assertEqual({"post"}, set(VERB.findall(http)))

    def test_each_offence_is_seen(self):
        for text in ('{.method = "eth_sendRawTransaction"}', 'talk("personal_sign")',
                     "std::string private_key;", "#include <sys/socket.h>\n",
                     "#include <openssl/ssl.h>\n"):
            self.assertEqual(1, len({o.split(":")[0] for o in offences({"levee/a.cpp": text})}),
                             text)


if __name__ == "__main__":
    unittest.main()

// Mistakes that must not compile: tests/house/refuse.py tries each with its number.
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"

namespace levee {

inline Usd worth(Tokens tokens, Price price) { return Usd{tokens.value() * price.value()}; }
inline Result<Usd> found() { return Usd{1}; }

#if REFUSE == 1
const Usd bare_number_is_not_money = 1.0;
#endif

#if REFUSE == 2
const Usd money_plus_tokens = Usd{1} + Tokens{1};
#endif

#if REFUSE == 3
const Price prices_do_not_add = Price{1} + Price{2};
#endif

#if REFUSE == 4
const Usd swapped_arguments = worth(Price{2000}, Tokens{1});
#endif

#if REFUSE == 5
const Vol vol_is_not_variance = TotalVariance{0.04};
#endif

#if REFUSE == 6
const double money_is_not_a_bare_number = Usd{1};
#endif

#if REFUSE == 7
const bool money_against_price = Usd{1} < Price{2};
#endif

#if REFUSE == 8
const UnixSeconds moments_do_not_add = UnixSeconds{1} + UnixSeconds{2};
#endif

#if REFUSE == 9
const Tick ticks_do_not_subtract = Tick{60} - Tick{10};
#endif

#if REFUSE == 10
const Years seconds_are_not_years = days(30);
#endif

#if REFUSE == 11
const Share probability_is_not_a_share = Probability{0.5};
#endif

#if REFUSE == 12
constexpr Probability impossible{1.5};
#endif

#if REFUSE == 13
const Usd unopened_result = found();
#endif

const Usd right = worth(Tokens{1}, Price{2000}) + *found() - Usd{1};

}  // namespace levee

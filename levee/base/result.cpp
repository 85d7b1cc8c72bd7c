#include "levee/base/result.h"

namespace levee {

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::bad_input:
      return "bad_input";
    case Reason::out_of_range:
      return "out_of_range";
    case Reason::missing_data:
      return "missing_data";
    case Reason::stale_data:
      return "stale_data";
    case Reason::no_solution:
      return "no_solution";
    case Reason::not_converged:
      return "not_converged";
    case Reason::not_supported:
      return "not_supported";
    case Reason::refused:
      return "refused";
    case Reason::unreachable:
      return "unreachable";
    case Reason::corrupt:
      return "corrupt";
  }
  broken("reason is one of the ten", __FILE__, __LINE__);
}

}  // namespace levee

// levee/api/answer.h — a reply as it leaves: with what it takes for granted.
#pragma once
#include "levee/api/verb.h"

namespace levee::api {

/// The reply with the verb's assumptions in its JSON, under "assumptions" as the last field, and
/// with them and the disclaimer at the end of its text, where it did not say so itself. A text of
/// one word is a value that scripts compare, no report: it stays.
///
/// in: reply.json one object
Reply completed(const Entry& entry, Reply reply, const Wish& wish);

/// Runs a verb and completes its reply; what every face asks.
///
/// err: as the verb's own
Result<Reply> answered(const Entry& entry, std::span<const Given> given, const Wish& wish,
                       Progress& progress);

}  // namespace levee::api

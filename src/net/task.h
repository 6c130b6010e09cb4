// The type of every coroutine of the program: net/, mail/, http/ and the session loops of sending and
// receiving.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/result.h"

namespace outrider {

/// Parameters by value, a deadline on every wait, results unwrapped with CO_TRY_AS.
template <class T = void>
using Task = boost::asio::awaitable<Result<T>>;

}  // namespace outrider

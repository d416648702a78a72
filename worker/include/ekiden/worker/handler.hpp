/// Handlers: the code that a user writes for each message, and how the worker calls it.
#pragma once

#include <ekiden/runtime/task.hpp>
#include <ekiden/worker/context.hpp>
#include <ekiden/worker/decode.hpp>
#include <ekiden/worker/outcome.hpp>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace ekiden::worker {

/// Any handler, with its type erased. The call also decodes the body, so it can throw DecodeError.
using AnyHandler = std::function<Task<Outcome>(Context)>;

namespace detail {

// The signature of a function, or of an object's single operator().
template <typename F>
struct Signature : Signature<decltype(&F::operator())> {};
template <typename R, typename... A>
struct Signature<R (*)(A...)> {
  using Result = R;
  using First = std::tuple_element_t<0, std::tuple<std::remove_cvref_t<A>..., void>>;
  static constexpr bool kTakesReference = std::is_reference_v<std::tuple_element_t<0, std::tuple<A..., void>>>;
  static constexpr std::size_t kArity = sizeof...(A);
  template <typename C>
  static constexpr bool kSecondIs = false;
};
template <typename R, typename A, typename B>
struct Signature<R (*)(A, B)> {
  using Result = R;
  using First = std::remove_cvref_t<A>;
  static constexpr bool kTakesReference = std::is_reference_v<A>;
  static constexpr std::size_t kArity = 2;
  template <typename C>
  static constexpr bool kSecondIs = std::is_same_v<std::remove_cvref_t<B>, C>;
};
template <typename R, typename... A>
struct Signature<R(A...)> : Signature<R (*)(A...)> {};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};

template <typename F>
concept Callable = std::is_function_v<std::remove_pointer_t<F>> || requires { &F::operator(); };

template <typename H>
constexpr void check_handler() {
  static_assert(Callable<H>,
                "An Ekiden handler is a function, or an object with one operator() that is not a template: "
                "Task<> handle(T) or Task<> handle(T, ekiden::Context).");
  using S = Signature<H>;
  static_assert(S::kArity == 1 || (S::kArity == 2 && S::template kSecondIs<Context>),
                "An Ekiden handler takes the message as T, and optionally an ekiden::Context after it.");
  static_assert(std::is_same_v<typename S::Result, Task<>> || std::is_same_v<typename S::Result, Task<Outcome>>,
                "An Ekiden handler returns ekiden::Task<> or ekiden::Task<ekiden::Outcome>.");
  // The decoded message is gone when the coroutine starts: only a parameter of its own is kept in its frame.
  static_assert(
      !S::kTakesReference,
      "An Ekiden handler takes the message by value, as in handle(Order order), not as a reference: a handler "
      "is a coroutine, and the reference would outlive the message.");
  static_assert(std::is_same_v<typename S::First, Message> || Described<typename S::First>,
                "The first parameter of an Ekiden handler is ekiden::Message or a struct with BOOST_DESCRIBE_STRUCT.");
}

// Not a coroutine, so the decoded message is moved into the handler's own frame and no other frame keeps a copy.
template <typename H>
auto invoke(H& handler, const Context& context) {
  using First = typename Signature<H>::First;
  First first = [&context] {
    if constexpr (std::is_same_v<First, Message>) {
      return context.message();
    } else {
      return decode<First>(context.message().body);
    }
  }();
  if constexpr (Signature<H>::kArity == 2) {
    return handler(std::move(first), context);
  } else {
    return handler(std::move(first));
  }
}

template <typename H>
Task<Outcome> call(std::shared_ptr<H> handler, Context context) {
  using S = Signature<H>;
  if constexpr (std::is_same_v<typename S::Result, Task<>>) {
    Task<> task = invoke(*handler, context);
    co_await std::move(task);
    co_return Outcome::done();
  } else {
    Task<Outcome> task = invoke(*handler, context);
    co_return co_await std::move(task);
  }
}

}  // namespace detail

/// Wraps a handler h(T) or h(T, Context), which take T by value. T is Message, or a struct with BOOST_DESCRIBE_STRUCT.
/// The handler returns Task<>, which means done, or Task<Outcome>. A handler of another shape does not compile, and the
/// error says why. A handler object lives until its last task has ended, so it can use its members after a co_await.
///
///   make_handler([](Order order, Context context) -> Task<> { co_await context.table().put(order); })
template <typename H>
AnyHandler make_handler(H handler) {
  using Kept = std::decay_t<H>;
  detail::check_handler<Kept>();
  auto kept = std::make_shared<Kept>(std::move(handler));
  return [kept](Context context) { return detail::call<Kept>(kept, context); };
}

}  // namespace ekiden::worker

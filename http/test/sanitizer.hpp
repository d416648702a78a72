/// Which checks of the sanitizers change what a test does.
#pragma once

namespace ekiden::http::test {

/// The undefined-behaviour sanitizer opens a pipe to check the type of an object. Without free descriptors it reports
/// every object as invalid.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kChecksNeedDescriptors = true;
#else
inline constexpr bool kChecksNeedDescriptors = false;
#endif
#else
inline constexpr bool kChecksNeedDescriptors = false;
#endif

}  // namespace ekiden::http::test

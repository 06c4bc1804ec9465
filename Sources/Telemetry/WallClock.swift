#if canImport(Glibc)
    private import Glibc
#else
    private import Musl
#endif

/// The time of day, for lines that people read. Durations are never taken from it: it may be set.
public enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static func milliseconds() -> Int64 {
        var time = timespec()
        // Fails only for a clock that does not exist, and this one always does.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

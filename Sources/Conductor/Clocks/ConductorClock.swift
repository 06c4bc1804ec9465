import NIOCore
import ReleaseModel
import StageControl
import Telemetry

/// What the clocks of this process say.
struct ConductorClock: Sendable {
    /// Which start of the process this is: a number that only rises.
    let boot: Int
    /// Nanoseconds of a clock that never goes back.
    let nanoseconds: @Sendable () -> Int64
    /// The time of day.
    let wall: @Sendable () -> Timestamp

    /// The system's clocks.
    ///
    /// A start is numbered by the second in which it began, and never lower than what was recorded: what is decided on
    /// an older start's clock is passed over, so after a time of day that was set back nobody would look at anything.
    static func system(after recorded: Int?) -> ConductorClock {
        let second = Int(WallClock.milliseconds() / 1_000)
        return ConductorClock(
            boot: max(second, (recorded ?? 0) + 1),
            nanoseconds: { Int64(NIODeadline.now().uptimeNanoseconds) },
            wall: { Timestamp(milliseconds: WallClock.milliseconds()) })
    }

    func read() -> ClockReading {
        ClockReading(boot: self.boot, monotonic: self.nanoseconds() / 1_000_000, wall: self.wall())
    }
}

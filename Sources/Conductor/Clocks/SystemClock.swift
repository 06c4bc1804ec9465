import NIOCore
import ReleaseModel
import StageControl
import Telemetry

/// What the clocks of this process say.
struct SystemClock: Sendable {
    /// Which start of the process this is: the second in which it began, a number that only rises.
    let boot: Int

    init() {
        self.boot = Int(WallClock.milliseconds() / 1_000)
    }

    func nanoseconds() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

    func read() -> ClockReading {
        ClockReading(
            boot: self.boot, monotonic: Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000),
            wall: Timestamp(milliseconds: WallClock.milliseconds()))
    }
}

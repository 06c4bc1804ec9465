import NIOConcurrencyHelpers
import ReleaseModel

@testable import Conductor

/// The clocks of a conducted release: they move when a test says so.
final class VirtualTime: Sendable {
    private let milliseconds = NIOLockedValueBox<Int64>(0)
    private let start: Timestamp

    init(from start: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) {
        self.start = start
    }

    var now: Timestamp { self.start.advanced(milliseconds: self.milliseconds.withLockedValue { $0 }) }

    func pass(milliseconds: Int64) {
        self.milliseconds.withLockedValue { $0 += milliseconds }
    }

    /// The clocks of a start of the process.
    func clock(boot: Int) -> ConductorClock {
        ConductorClock(
            boot: boot, nanoseconds: { self.milliseconds.withLockedValue { 1_000_000_000 + $0 * 1_000_000 } },
            wall: { self.now })
    }
}

import Foundation
import NIOConcurrencyHelpers
import Store
import StoreTesting

/// A disk that dies at one of the calls that change something: half of that one is done, and nothing after it.
///
/// The log and the store are both on it, so its calls are numbered as the process makes them.
final class DyingDisk: Sendable {
    /// What becomes of the process with it.
    enum Death: Sendable {
        /// It is told that calls fail, from then on all of them.
        case isTold
        /// It is killed by the kernel in the middle of the call.
        case isKilled
    }

    private struct Life {
        var calls = 0
        var end: Int
    }

    private let death: Death
    private let life: NIOLockedValueBox<Life>

    /// - Parameter end: the number of the call that it dies at, from 0; none if left out.
    init(at end: Int = .max, _ death: Death = .isTold) {
        self.death = death
        self.life = NIOLockedValueBox(Life(end: end))
    }

    /// The calls so far.
    var calls: Int { self.life.withLockedValue { $0.calls } }
    var isDead: Bool { self.life.withLockedValue { $0.calls > $0.end } }

    /// Lets the next call be the last one.
    func die() {
        self.life.withLockedValue { $0.end = $0.calls }
    }

    /// Lets calls be done again.
    func heal() {
        self.life.withLockedValue { $0.end = .max }
    }

    /// Counts a call, and says whether it is to be done. `half` does half of it, for the one that the end comes in.
    func survives(half: () -> Void = {}) -> Bool {
        let (number, end) = self.life.withLockedValue { life in
            defer { life.calls += 1 }
            return (life.calls, life.end)
        }
        guard number == end else { return number < end }
        half()
        if self.death == .isKilled {
            kill(getpid(), SIGKILL)
            // The signal may take a moment to come, and nothing may be done in it.
            while true { sleep(1) }
        }
        return false
    }

    /// The system's calls for as long as it lives. To open what is there changes nothing, so that it is not counted.
    var operations: FileOperations {
        .checked { (call, half) throws(FileFault) in
            if call == .open(.existing) { return }
            guard self.survives(half: half) else {
                throw FileFault(operation: call.name, path: "a disk that died", errno: EIO)
            }
        }
    }
}

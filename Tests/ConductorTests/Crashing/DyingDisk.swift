import Foundation
import NIOConcurrencyHelpers
import Store

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

    private func check(_ operation: String, half: () -> Void = {}) throws(FileFault) {
        guard self.survives(half: half) else {
            throw FileFault(operation: operation, path: "a disk that died", errno: EIO)
        }
    }

    /// The system's calls for as long as it lives.
    var operations: FileOperations {
        let system = FileOperations.system
        var operations = system
        operations.open = { (path, opening) throws(FileFault) in
            if opening != .existing { try self.check("open") }
            return try system.open(path, opening)
        }
        operations.write = { (descriptor, bytes, offset) throws(FileFault) in
            try self.check(
                "write",
                half: { try? system.write(descriptor, bytes.extracting(first: bytes.byteCount / 2), offset) })
            try system.write(descriptor, bytes, offset)
        }
        operations.synchronize = { (descriptor) throws(FileFault) in
            try self.check("fdatasync")
            try system.synchronize(descriptor)
        }
        operations.truncate = { (descriptor, length) throws(FileFault) in
            try self.check("ftruncate")
            try system.truncate(descriptor, length)
        }
        operations.rename = { (from, to) throws(FileFault) in
            try self.check("rename")
            try system.rename(from, to)
        }
        operations.remove = { (path) throws(FileFault) in
            try self.check("remove")
            try system.remove(path)
        }
        operations.makeDirectory = { (path) throws(FileFault) in
            try self.check("mkdir")
            return try system.makeDirectory(path)
        }
        operations.synchronizeDirectory = { (path) throws(FileFault) in
            try self.check("fsync")
            try system.synchronizeDirectory(path)
        }
        operations.synchronizeFileSystem = { (path) throws(FileFault) in
            try self.check("syncfs")
            try system.synchronizeFileSystem(path)
        }
        return operations
    }
}

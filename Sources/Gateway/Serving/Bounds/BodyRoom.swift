import NIOConcurrencyHelpers

/// The memory that request bodies may take in all, over all event loops.
///
/// A body that comes with its head is not counted: it is no larger than one read, and the bound on connections bounds
/// those. Every other takes what it declares before it is read, or, where it declares nothing, as it grows. Where there
/// is no room one of those that are still being read gives way: see ``BodyReaders``.
final class BodyRoom: Sendable {
    private let state: NIOLockedValueBox<(free: Int, next: UInt64)>

    init(bytes: Int) {
        self.state = NIOLockedValueBox((free: bytes, next: 0))
    }

    /// The place of one more body in the order in which they came; it holds nothing yet.
    func hold() -> BodyHold {
        let place = self.state.withLockedValue { state in
            state.next += 1
            return state.next
        }
        return BodyHold(place: place, room: self)
    }

    fileprivate func take(_ bytes: Int) -> Bool {
        self.state.withLockedValue { state in
            guard state.free >= bytes else { return false }
            state.free -= bytes
            return true
        }
    }

    fileprivate func giveBack(_ bytes: Int) {
        self.state.withLockedValue { $0.free += bytes }
    }

    /// What is free, for tests.
    var free: Int { self.state.withLockedValue { $0.free } }
}

/// What one body holds of the room. It goes with its request, and gives all of it back when that is over, however it
/// ends.
struct BodyHold: ~Copyable {
    /// In which place of all it came.
    let place: UInt64
    private let room: BodyRoom
    private var bytes = 0

    fileprivate init(place: UInt64, room: BodyRoom) {
        self.place = place
        self.room = room
    }

    deinit {
        self.room.giveBack(self.bytes)
    }

    /// Holds so much in all, if there is room; else what it held.
    mutating func grow(to bytes: Int) -> Bool {
        guard bytes > self.bytes else { return true }
        guard self.room.take(bytes - self.bytes) else { return false }
        self.bytes = bytes
        return true
    }
}

import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Store

/// A request while it is read, and what was read of it when it is whole.
///
/// It is moved from its front to its exchange; a copy would be paid for by every request.
struct PendingRequest: ~Copyable {
    /// The largest body that is read from a caller without a valid key before the refusal.
    static let maximumBodyWithoutKey = 64 << 10
    /// By how much more room is taken for a body whose length nobody knows.
    private static let step = 64 << 10

    let head: RequestHead
    let resolution: Route.Resolution
    let format: WireFormat
    /// The key, if the request has one.
    let key: PresentedKey?
    /// Whether the body is small, or the key in force, so that it may be as large as bodies may be.
    let mayHaveLargeBody: Bool
    private(set) var body = ByteBuffer()
    /// What it holds of the memory for bodies; nil if its body came with its head.
    private var hold: BodyHold?
    private var room = 0
    /// In which place of all the body came; nil if it is not counted.
    private(set) var place: UInt64?

    init(_ head: RequestHead, worker: Worker, keys: inout KeyMemory) {
        self.head = head
        self.resolution = Route.resolve(head)
        self.format = Route.format(of: head)
        self.key = keys.key(of: head)
        if case .none = head.framing {
            self.mayHaveLargeBody = true
        } else if case .length(let bytes) = head.framing, bytes <= Self.maximumBodyWithoutKey {
            self.mayHaveLargeBody = true
        } else {
            let snapshot = worker.shared.rules.current
            self.mayHaveLargeBody = self.key.flatMap { snapshot.authenticate($0, at: worker.now()) } != nil
        }
    }

    /// How the body is to be awaited.
    enum Entry {
        /// It is here, or there is none.
        case comesAtOnce
        /// It has at most so many bytes, and time and room for as many.
        case waits(bytes: Int)
        /// Nobody with this key may send as much: it is answered unread.
        case tooLarge
    }

    /// Looks at what the head says of the body.
    ///
    /// - Parameter isThere: whether the whole body came with the head.
    mutating func enter(isThere: Bool, worker: Worker) -> Entry {
        guard !isThere else { return .comesAtOnce }
        let bytes: Int
        switch self.head.framing {
        case .length(let length):
            guard self.mayHaveLargeBody || length <= Self.maximumBodyWithoutKey else { return .tooLarge }
            (bytes, self.room) = (length, length)
        case .none, .chunked, .untilClose:
            (bytes, self.room) = (worker.configuration.limits.bodyBytes, Self.step)
        }
        let hold = worker.shared.bodies.hold()
        self.place = hold.place
        self.hold = consume hold
        return .waits(bytes: bytes)
    }

    /// Takes room for what the body has, or is to have. False if there is none.
    mutating func takeRoom() -> Bool {
        guard var hold = self.hold.take() else { return true }
        let isThere = hold.grow(to: self.room)
        self.hold = consume hold
        return isThere
    }

    /// The same for a request that may not be read any more; nil then.
    static func takeRoom(in pending: inout PendingRequest?) -> Bool? {
        guard var request = pending.take() else { return nil }
        let isThere = request.takeRoom()
        pending = consume request
        return isThere
    }

    /// Adds a piece. False if the body is larger than a body of this caller may be.
    mutating func append(_ bytes: ByteBuffer) -> Bool {
        if self.body.readableBytes == 0 {
            self.body = bytes
        } else {
            self.body.writeImmutableBuffer(bytes)
        }
        let count = self.body.readableBytes
        if count > self.room { self.room = count + Self.step }
        return self.mayHaveLargeBody || count <= Self.maximumBodyWithoutKey
    }
}

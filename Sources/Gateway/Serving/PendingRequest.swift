import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import ReleaseModel
import Store

/// A request while it is read, and what was read of it when it is whole.
///
/// It is moved from its connection to its exchange; a copy would be paid for by every request.
struct PendingRequest: ~Copyable {
    let head: RequestHead
    let resolution: Route.Resolution
    let format: WireFormat
    /// The key, if the request has one.
    let key: PresentedKey?
    /// Whether the body is small, or the key in force, so that it may be as large as bodies may be.
    let mayHaveLargeBody: Bool
    private(set) var body = ByteBuffer()
    var keepsAlive: Bool

    init(_ head: RequestHead, worker: Worker, keys: inout KeyMemory) {
        self.head = head
        self.resolution = Route.resolve(head)
        self.format = Route.format(of: head)
        self.key = keys.key(of: head)
        self.keepsAlive = head.keepsAlive
        if case .none = head.framing {
            self.mayHaveLargeBody = true
        } else if case .length(let bytes) = head.framing, bytes <= ConnectionHandler.maximumBodyWithoutKey {
            self.mayHaveLargeBody = true
        } else {
            let snapshot = worker.shared.rules.current
            self.mayHaveLargeBody = self.key.flatMap { snapshot.authenticate($0, at: worker.now()) } != nil
        }
    }

    mutating func append(_ bytes: ByteBuffer) {
        if self.body.readableBytes == 0 {
            self.body = bytes
        } else {
            self.body.writeImmutableBuffer(bytes)
        }
    }
}

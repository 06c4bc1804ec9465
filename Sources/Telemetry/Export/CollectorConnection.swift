import HTTPWire
import NIOCore
import Upstreams

/// What a collector answered.
struct CollectorAnswer: Hashable, Sendable {
    var status: Int
    var retryAfterSeconds: Int64?
}

/// Sends messages to an OpenTelemetry collector over HTTP/1.1, on an event loop that serves no request.
///
/// It is an upstream like any other, with its own timeouts: the same wire, the same strict reading of answers.
final class CollectorConnection: Sendable {
    private let collector: Upstream
    private let loop: any EventLoop
    private let pool: EventLoopFuture<NIOLoopBound<UpstreamPool>>

    init(to collector: Upstream, on loop: any EventLoop) {
        self.collector = collector
        self.loop = loop
        self.pool =
            loop.scheduleTask(in: .zero) {
                NIOLoopBound(UpstreamPool(to: collector, endpoint: 0, on: loop), eventLoop: loop)
            }.futureResult
    }

    /// Sends one message to `path` below the collector's address, and waits for its answer.
    ///
    /// A connection that the collector had closed between two messages is no failure: the message goes out once more.
    func send(_ message: [UInt8], to path: String) async throws -> CollectorAnswer {
        do {
            return try await self.attempt(message, path, onFreshConnection: false)
        } catch let fault as UpstreamFault where fault == .staleConnection {
            return try await self.attempt(message, path, onFreshConnection: true)
        }
    }

    private func attempt(
        _ message: [UInt8], _ path: String, onFreshConnection: Bool
    ) async throws -> CollectorAnswer {
        let request = self.request(message, path)
        let promise = self.loop.makePromise(of: CollectorAnswer.self)
        let attempt = NIOLoopBoundBox<UpstreamExchange?>.makeEmptyBox(eventLoop: self.loop)
        self.pool.whenComplete { pool in
            switch pool {
            case .failure(let error): promise.fail(error)
            case .success(let pool):
                attempt.value = pool.value.send(
                    request, method: .post, to: CollectorReceiver(promise), onFreshConnection: onFreshConnection)
            }
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            self.pool.whenSuccess { _ in
                guard let exchange = attempt.value, !exchange.isOver else { return }
                exchange.cancel()
                promise.fail(CancellationError())
            }
        }
    }

    /// Closes what is open.
    func shutDown() async {
        try? await self.pool.map { $0.value.shutDown() }.get()
    }

    private func request(_ message: [UInt8], _ path: String) -> ByteBuffer {
        var head = WireText(capacity: 512)
        let address = self.collector.endpoints[0].address
        HeadWriter.request(.post, target: "\(address.basePath)\(path)", to: &head)
        HeadWriter.field("host", address.authority, to: &head)
        HeadWriter.field("user-agent", "sluice", to: &head)
        HeadWriter.field("content-type", "application/json", to: &head)
        HeadWriter.field("content-length", message.count, to: &head)
        self.collector.credential.current?.write(to: &head)
        HeadWriter.endOfHead(to: &head)
        return ByteBuffer(head, ByteBuffer(bytes: message))
    }
}

/// Waits for one answer; its body says nothing that would change anything, so it is read past.
private final class CollectorReceiver: UpstreamExchangeDelegate {
    private let promise: EventLoopPromise<CollectorAnswer>
    private var answer: CollectorAnswer?

    init(_ promise: EventLoopPromise<CollectorAnswer>) {
        self.promise = promise
    }

    func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead) {
        self.answer = CollectorAnswer(
            status: head.status, retryAfterSeconds: head.string(.retryAfter).flatMap { Int64($0) })
    }

    func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer) {}

    func upstreamDidCompleteRead(_ exchange: UpstreamExchange) {}

    func upstreamDidEnd(_ exchange: UpstreamExchange) {
        if let answer = self.answer.take() { self.promise.succeed(answer) }
    }

    func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault) {
        self.promise.fail(fault)
    }
}

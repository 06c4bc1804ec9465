import HTTPWire
import NIOCore
import NIOPosix

/// Whether an endpoint can be reached, as requests reach it: its name looked up and looked at, TLS agreed on, and an
/// answer of whatever kind.
public struct UpstreamCheck: Sendable {
    private var upstream: Upstream
    private let endpoint: Int

    /// A check of one endpoint, by its place.
    public init(_ upstream: Upstream, endpoint: Int) {
        self.upstream = upstream
        self.endpoint = endpoint
        self.upstream.timeouts.firstByte = .seconds(5)
    }

    /// What is wrong; nil if it answers.
    public func run() async -> UpstreamFault? {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: UpstreamFault?.self)
        let (upstream, endpoint) = (self.upstream, self.endpoint)
        loop.execute {
            let pool = UpstreamPool(to: upstream, endpoint: endpoint, on: loop)
            var head = WireText()
            HeadWriter.request(.get, target: "/", to: &head)
            HeadWriter.field("host", pool.address.authority, to: &head)
            HeadWriter.endOfHead(to: &head)
            _ = pool.send(ByteBuffer(head), method: .get, to: FirstWord(promise, pool))
        }
        return (try? await promise.futureResult.get()) ?? nil
    }
}

/// Waits for a head, or for what comes in its place.
private final class FirstWord: UpstreamExchangeDelegate {
    private let promise: EventLoopPromise<UpstreamFault?>
    private let pool: UpstreamPool

    init(_ promise: EventLoopPromise<UpstreamFault?>, _ pool: UpstreamPool) {
        self.promise = promise
        self.pool = pool
    }

    func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead) {
        exchange.cancel()
        self.promise.succeed(nil)
    }

    func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault) {
        self.promise.succeed(fault)
    }

    func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer) {}
    func upstreamDidEnd(_ exchange: UpstreamExchange) {}
    func upstreamDidCompleteRead(_ exchange: UpstreamExchange) {}
}

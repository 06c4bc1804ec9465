public import HTTPWire
public import NIOCore

/// Is told what comes back for one request. Every call is made on the pool's event loop.
///
/// Calls come in this order: one head, any number of bodies, and one end; or a failure at any point, which ends it too.
/// What one read of the socket brought comes in one go, closed by ``upstreamDidCompleteRead(_:)``,
/// ``upstreamDidEnd(_:)`` or ``upstream(_:didFail:)``: to flush there is to flush once for each read. After a cancel
/// nothing comes.
public protocol UpstreamExchangeDelegate: AnyObject {
    /// The final response's head was read.
    func upstream(_ exchange: UpstreamExchange, didReceive head: ResponseHead)
    /// Some bytes of the body were read.
    func upstream(_ exchange: UpstreamExchange, didReceive body: ByteBuffer)
    /// The response is whole. The connection is already free for another exchange.
    func upstreamDidEnd(_ exchange: UpstreamExchange)
    /// The response will not be whole.
    func upstream(_ exchange: UpstreamExchange, didFail fault: UpstreamFault)
    /// All that was read by now was told.
    func upstreamDidCompleteRead(_ exchange: UpstreamExchange)
}

/// One request and its response. To be used on the pool's event loop only.
public final class UpstreamExchange {
    let method: HTTPMethod
    let started: NIODeadline
    /// When the request was written, and then when the response was last read from.
    private(set) var lastProgress: NIODeadline
    /// Whether there was progress since the clock was last looked at, which is done once a tick.
    var hasProgressed = false
    private(set) var hasHead = false
    private(set) var isPaused = false
    /// Both are let go of when the exchange is over, which also breaks the cycle with a delegate that keeps it.
    private(set) var delegate: (any UpstreamExchangeDelegate)?
    private(set) var connection: UpstreamConnection?
    /// The try that it is for the board of several endpoints; let go of when that is told how it ended.
    private var boardTry: BoardTry?
    /// Whether the head says that the endpoint itself cannot serve.
    private var isUnable = false

    init(
        method: HTTPMethod, delegate: any UpstreamExchangeDelegate, now: NIODeadline, counting boardTry: BoardTry? = nil
    ) {
        self.method = method
        self.delegate = delegate
        self.boardTry = boardTry
        self.started = now
        self.lastProgress = now
    }

    /// Whether the exchange has ended, failed or been cancelled.
    public var isOver: Bool { self.delegate == nil }

    /// Gives the exchange up and closes its connection at once, so that the upstream stops working for it.
    public func cancel() {
        let connection = self.connection
        _ = self.finish(.unknown)
        connection?.abandon()
    }

    /// Stops reading from the upstream, which then stops sending. What was read already is still told.
    public func pause() {
        self.isPaused = true
    }

    /// Goes on reading.
    public func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        self.hasProgressed = true
        self.connection?.readIfHeld()
    }

    /// Says what the response is, by which it is read in larger or smaller pieces from here on.
    public func read(_ size: ReadSize) {
        self.connection?.read(size)
    }

    /// Takes progress since the last look as progress now.
    func noteProgress(at now: NIODeadline) {
        guard self.hasProgressed else { return }
        self.hasProgressed = false
        self.lastProgress = now
    }

    func attach(to connection: UpstreamConnection) {
        self.connection = connection
    }

    /// The head came. A 502, 503 or 504 speaks of the endpoint; any other status may be the request's own fault.
    func noteHead(status: Int) {
        self.hasHead = true
        self.hasProgressed = true
        self.isUnable = (502...504).contains(status)
        if !self.isUnable { self.boardTry?.answer() }
    }

    /// Ends the exchange and hands out its delegate for the last call.
    func finish(_ result: TryResult) -> (any UpstreamExchangeDelegate)? {
        if let boardTry = self.boardTry.take() { boardTry.end(self.isUnable ? .failed : result) }
        let delegate = self.delegate
        self.delegate = nil
        self.connection = nil
        return delegate
    }
}

@available(*, unavailable)
extension UpstreamExchange: Sendable {}

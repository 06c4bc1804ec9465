import AccessPolicy
import ChatWire
import HTTPWire
import Logging
import NIOCore
import ReleaseModel
import StageControl
import Store
import Telemetry
import Upstreams

/// What all event loops share; each part is safe to share by itself.
struct SharedParts: Sendable {
    var configuration: GatewayConfiguration
    var rules: Published<Snapshot>
    var limiters: LimiterBook
    var recorder: AccessRecorder
    var metrics: SluiceMetrics
    var logger: Logger
    var connections: ConnectionCount
    /// What is shown of upstreams with several endpoints, by the endpoints' places.
    var endpoints: [Name: [EndpointHandles]] = [:]
    /// The memory for request bodies.
    var bodies: BodyRoom
    var door: StageDoor
    /// What end users are hashed under where they are counted.
    var accountKey = AccountKey()
    /// By what answers are found again that upstreams keep.
    var answerSeal = AnswerSeal()
    /// Where spans of sampled requests go; nil if nobody collects them.
    var spans: SpanQueue?
    /// Where feedback is handed in.
    var feedback: FeedbackDesk = { _ in .unavailable }
}

/// Everything that belongs to one event loop and is touched by no other: so nothing here is locked.
final class Worker {
    /// How often deadlines are looked at: they are seconds, so a quarter of one is fine enough.
    static let tick = TimeAmount.milliseconds(250)

    /// How many streams at once are read in large pieces: time is worth some megabytes, not hundreds.
    static let mostLargeReads = 64
    /// How long the head of a stream waits for the first event, so that both go out in one piece.
    static let headWait = TimeAmount.milliseconds(1)

    let loop: any EventLoop
    let shared: SharedParts
    private var connections: [ObjectIdentifier: any ServedConnection] = [:]
    private var readers: BodyReaders<Front>
    private(set) var isDraining = false
    private var upstreams: [Name: UpstreamGroup] = [:]
    private var lanes: [Lane.Place: Lane] = [:]
    private var feedbackUnderWay: [ApplicationID: Int] = [:]
    private var lastLanes: (Lane?, Lane?)
    private var purses: [RolloutID: [ExposureMeter: ExposurePurse]] = [:]
    /// Streams that are passed on.
    var streams = 0
    /// Streams whose head waits for the first event.
    private var heads: [Exchange] = []
    /// Answers of candidates on their way.
    private var watched: [Exchange] = []
    let outcomeWatch: OutcomeWatch
    private var faultLoggedAt: UInt64 = 0
    /// Spans of refusals in this second.
    var refusalPace = RefusalPace()
    /// What is counted for rollouts.
    var signals: WorkerSignals
    private var generator = IdentifierGenerator()
    private var date = (second: Int64.min, text: "")
    private var okStart = (second: Int64.min, text: WireText())
    private var scratch = WireText(capacity: 1_024)
    var requestReader = ChatRequestReader()
    var answerReader = PlainAnswerReader()

    init(loop: any EventLoop, shared: SharedParts) {
        self.loop = loop
        self.shared = shared
        self.readers = BodyReaders(
            bytesOfLook: Deadline.unit / (4 * max(1, Int(shared.configuration.bodySeconds))))
        self.signals = WorkerSignals(accountKey: shared.accountKey)
        self.outcomeWatch = OutcomeWatch(metrics: shared.metrics, logger: shared.logger)
    }

    var configuration: GatewayConfiguration { self.shared.configuration }

    // MARK: Time and names

    func now() -> Timestamp {
        Timestamp(milliseconds: WallClock.milliseconds())
    }

    /// Nanoseconds that never go backwards, for limits and deadlines.
    func uptime() -> UInt64 {
        NIODeadline.now().uptimeNanoseconds
    }

    /// Where a request stands in a trace: under its caller's span if it names one, else in a trace that begins here.
    func newTrace(of head: RequestHead) -> TraceContext {
        TraceContext(
            under: head.fields.withValue(.traceparent) { TraceContext.Parent($0) } ?? nil,
            sampling: self.shared.spans?.sampling ?? .none, using: &self.generator)
    }

    func newRequestID(at now: Timestamp) -> RequestID {
        RequestID(at: now, using: &self.generator)
    }

    /// The `Date` field, made once a second.
    func dateText(at now: Timestamp) -> String {
        let second = now.milliseconds / 1_000
        if second != self.date.second { self.date = (second, HTTPDate.text(secondsSinceEpoch: second)) }
        return self.date.text
    }

    /// The status line of a good answer and the date, made once a second.
    func startOfOK(at now: Timestamp) -> WireText {
        let second = now.milliseconds / 1_000
        if second != self.okStart.second {
            var text = WireText()
            HeadWriter.status(200, to: &text)
            HeadWriter.field("date", self.dateText(at: now), to: &text)
            self.okStart = (second, text)
        }
        return self.okStart.text
    }

    /// A message of a head that `write` writes, and a body.
    func message(_ body: ByteBuffer = ByteBuffer(), _ write: (inout WireText) -> Void) -> ByteBuffer {
        self.withText(write) { ByteBuffer($0, body) }
    }

    /// A message of a head that `write` writes, with room for a body of so many bytes.
    func message(room: Int, _ write: (inout WireText) -> Void) -> ByteBuffer {
        self.withText(write) { ByteBuffer($0, room: room) }
    }

    /// Hands what `write` writes to `body`, in memory that is used again and again.
    func withText<Value>(_ write: (inout WireText) -> Void, _ body: (WireText) -> Value) -> Value {
        var text = WireText()
        swap(&text, &self.scratch)  // so that the memory has one owner while it is written
        text.removeAll()
        write(&text)
        defer { swap(&text, &self.scratch) }
        return body(text)
    }

    // MARK: Parts

    func upstream(_ name: Name) -> UpstreamGroup? {
        if let group = self.upstreams[name] { return group }
        guard let upstream = self.configuration.upstreams[name] else { return nil }
        let handles = self.shared.endpoints[name] ?? []
        let group = UpstreamGroup(to: upstream, on: self.loop) { endpoint, isOut in
            guard handles.indices.contains(endpoint) else { return }
            handles[endpoint].note(isOut: isOut)
        }
        self.upstreams[name] = group
        return group
    }

    /// Logs what an upstream did, once a second at the most: enough to see what is wrong, and no flood in an outage.
    func log(_ fault: UpstreamFault, of upstream: Upstream?, repeats: Bool) {
        let now = self.uptime()
        guard now &- self.faultLoggedAt >= 1_000_000_000 else { return }
        self.faultLoggedAt = now
        self.shared.logger.warning(
            repeats ? "an upstream failed; the request is sent again" : "an upstream failed",
            metadata: ["upstream": "\(upstream?.name ?? "")", "fault": "\(fault)"])
    }

    /// What the requests of one grant to one version have in common on this loop. Most are of the grant before, to the
    /// version before or to a rollout's other one.
    func lane(of admission: Admission) -> Lane {
        let place = Lane.Place(grant: admission.grantID, version: admission.versionID)
        if let lane = self.lastLanes.0, lane.place == place { return lane }
        if let lane = self.lastLanes.1, lane.place == place { return lane }
        let lane = self.lanes[place] ?? Lane(admission, worker: self)
        self.lanes[place] = lane
        self.lastLanes = (lane, self.lastLanes.0)
        return lane
    }

    /// What there is of a budget of exposure; nil if nobody has lent anything of it yet.
    func purse(_ meter: ExposureMeter, of rollout: RolloutID) -> ExposurePurse? {
        if let purse = self.purses[rollout]?[meter] { return purse }
        let purse = self.shared.door.purse(meter, of: rollout)
        self.purses[rollout, default: [:]][meter] = purse
        return purse
    }

    // MARK: Answers of candidates

    func watch(_ exchange: Exchange) {
        exchange.watchPlace = self.watched.count
        self.watched.append(exchange)
    }

    /// Watches it no more. Each knows its place, so that nobody has to be looked for; the last one takes it.
    func unwatch(_ exchange: Exchange) {
        guard let place = exchange.watchPlace.take() else { return }
        let last = self.watched.removeLast()
        guard last !== exchange else { return }
        last.watchPlace = place
        self.watched[place] = last
    }

    /// Ends answers of candidates whose stage was closed, when their time is over.
    private func checkWithdrawals(at uptime: UInt64) {
        guard !self.watched.isEmpty else { return }
        let (snapshot, now) = (self.shared.rules.current, self.now())
        for exchange in self.watched { exchange.withdrawIfOver(snapshot, at: now, uptime: uptime) }
    }

    // MARK: Feedback

    /// Whether more feedback of an application may be under way now.
    func beginFeedback(of application: ApplicationID, atMost most: Int) -> Bool {
        guard self.feedbackUnderWay[application, default: 0] < most else { return false }
        self.feedbackUnderWay[application, default: 0] += 1
        return true
    }

    func endFeedback(of application: ApplicationID) {
        let left = (self.feedbackUnderWay[application] ?? 1) - 1
        self.feedbackUnderWay[application] = left > 0 ? left : nil
    }

    // MARK: Connections

    func add(_ connection: any ServedConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
        self.shared.metrics.connections.add(1)
    }

    func remove(_ connection: any ServedConnection) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        self.shared.metrics.connections.add(-1)
    }

    // MARK: Bodies

    func reading(_ place: UInt64, _ reader: Front) {
        self.readers.begin(place, reader)
    }

    func received(_ bytes: Int, at place: UInt64) {
        self.readers.receive(bytes, at: place)
    }

    func hasRead(_ place: UInt64) {
        self.readers.end(place)
    }

    /// Makes room for a body that is being read; others give way if need be. False if it had to give way itself.
    ///
    /// - Parameters:
    ///   - take: whether there was room for it; nil once it is not read any more.
    ///   - giveWay: has it read no more, since nobody else gives way.
    func makeRoom(_ take: () -> Bool?, orElse giveWay: () -> Void) -> Bool {
        while let hasRoom = take() {
            if hasRoom { return true }
            if !self.letOneGiveWay() { giveWay() }
        }
        return false
    }

    /// Lets one of this loop's bodies that are being read give way; it may be the one that needs room. What other loops
    /// read stays: they have an order of their own. False if none is being read.
    func letOneGiveWay() -> Bool {
        guard let reader = self.readers.takeOneToGiveWay() else { return false }
        reader.giveWay()
        return true
    }

    /// Sends the head of a stream in a moment, unless an event takes it along before.
    func flushSoon(_ exchange: Exchange) {
        if self.heads.isEmpty {
            self.loop.assumeIsolated().scheduleTask(in: Self.headWait) {
                let heads = self.heads
                self.heads.removeAll(keepingCapacity: true)
                for exchange in heads { exchange.flushHead() }
            }
        }
        self.heads.append(exchange)
    }

    /// Looks at every deadline of this loop.
    func checkDeadlines() {
        let now = self.uptime()
        self.readers.look()
        for connection in self.connections.values { connection.checkDeadline(at: now) }
        self.checkWithdrawals(at: now)
    }

    /// Lets requests in flight end and closes what rests.
    func drain() {
        self.isDraining = true
        for connection in self.connections.values { connection.drain() }
    }

    /// Ends everything, whatever is in flight.
    func close() {
        for connection in self.connections.values { connection.close() }
        for upstream in self.upstreams.values { upstream.shutDown() }
    }
}

/// Chance for request identifiers: SplitMix64 from a random start. They are names, not secrets.
struct IdentifierGenerator: RandomNumberGenerator {
    private var state = UInt64.random(in: .min ... .max)

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

import ReleaseModel
import Signals
import StageControl
import Store
import StrictJSON

/// The signals of one rollout: what is known, and the records that it is known from.
///
/// Whatever is taken in is stored first, so what the rules read can be read again after a crash. Of the counts that a
/// gateway had not handed over when it died, at most a second's, only the access log knows.
struct SignalDesk: Sendable {
    /// After how many batches they are joined into one.
    private static let joined = 60

    let plan: ContentDigest
    private let rollout: RolloutID
    private let gateway: Name
    private let boot: Int
    private let store: Store
    private var ledger: SignalLedger
    private var sequence = 0
    /// What was counted and is not stored yet: storing failed, or no time had passed.
    private var unstored = SignalContent()
    /// Until when everything was counted.
    private var until: Timestamp
    /// The batches of this start that are not joined yet, and the place of the first of them among the records.
    private var recent: [SignalBatch] = []
    private var recentPlace: Int?
    /// The reports that stand among those batches, to be kept when they are joined.
    private var between: [(kind: String, body: String)] = []
    private var count: Int

    private enum Kind: String {
        case opening, batch, report
        /// A report with what the access log knew of its request when it was taken in.
        case requestReport = "request_report"
    }

    /// Reads what was recorded, and goes on from there.
    static func open(
        _ rollout: Rollout, gateway: Name, store: Store, at clock: ClockReading
    ) async throws -> SignalDesk {
        let records = try await store.signals.read(rollout.id)
        let start = rollout.stage == nil ? clock.wall : rollout.stageOpened
        var desk = SignalDesk(rollout, gateway: gateway, boot: clock.boot, store: store, from: start)
        for record in records { try desk.replay(record, at: clock.wall) }
        desk.count = records.count
        if records.isEmpty { desk.ledger.join(gateway, from: start) }
        return desk
    }

    private init(_ rollout: Rollout, gateway: Name, boot: Int, store: Store, from start: Timestamp) {
        self.plan = rollout.plan.digest
        self.rollout = rollout.id
        self.gateway = gateway
        self.boot = boot
        self.store = store
        self.ledger = SignalLedger(rollout: rollout.id, layout: SignalLayout(rollout.plan), from: start)
        self.until = start
        self.count = 0
    }

    /// What is known, in the shape in which the rules read it.
    func observed(_ rollout: Rollout, at clock: ClockReading) -> Observed {
        self.ledger.observed(epoch: rollout.epoch, at: clock)
    }

    /// Notes the stage and the epoch that the rollout is in, if they are new.
    mutating func follow(_ rollout: Rollout) async throws {
        let opening = StageOpening(epoch: rollout.epoch, stage: rollout.stage, at: rollout.stageOpened)
        guard rollout.epoch > 0, opening != self.ledger.openings.last else { return }
        if self.ledger.openings.isEmpty {
            self.until = opening.at
            self.ledger.join(self.gateway, from: opening.at)
        }
        try await self.append(.opening, opening.document)
        self.ledger.open(opening)
        self.ledger.forget(epochsBefore: opening.epoch)
        self.ledger.hearReports(at: opening.at)
    }

    /// Takes in what a gateway counted; nil is a gateway that does not run.
    mutating func take(_ content: SignalContent?, at now: Timestamp) async throws {
        // That reports can be handed in is known as long as this process takes them.
        self.ledger.hearReports(at: now)
        guard let content else { return }
        self.unstored.merge(content)
        guard now > self.until else { return }
        let batch = SignalBatch(
            rollout: self.rollout, plan: self.plan, gateway: self.gateway, boot: self.boot, sequence: self.sequence,
            from: self.until, to: now, content: self.unstored)
        // What is refused is not stored: it would be refused anew at each start, and nobody could look any more.
        let checked: SignalLedger.CheckedBatch
        do throws(BatchFaults) {
            checked = try self.ledger.check(batch, at: now)
        } catch {
            self.unstored = SignalContent()
            throw error
        }
        try await self.record(batch)
        self.unstored = SignalContent()
        _ = self.ledger.take(checked)
        self.sequence += 1
        self.until = now
    }

    /// Takes in a report, with what the access log says of the request that it names.
    mutating func take(
        _ report: Report, about request: ReportedRequest? = nil, at now: Timestamp
    ) async throws -> ReportReceipt {
        var after = self.ledger
        switch request {
        case nil:
            let receipt = try after.take(report, about: nil, at: now)
            if receipt == .taken { try await self.append(.report, report.document) }
            self.ledger = after
            return receipt
        case .lacking(let fault)?:
            // One that was taken in while the log had its request is known for good.
            return try after.take(report, about: nil, orElse: fault, at: now)
        case .placed(let placement, let application, let admitted)?:
            let exposed = report.request.map {
                placement.exposed($0, of: application, at: admitted, in: self.ledger.layout)
            }
            let receipt = try after.take(report, about: exposed, at: now)
            if receipt == .taken {
                try await self.append(
                    .requestReport,
                    [
                        "report": report.document, "placement": placement.document,
                        "application": .string(application.description), "admitted": .integer(admitted.milliseconds),
                    ])
            }
            self.ledger = after
            return receipt
        }
    }

    /// Whether anything was taken in as this report.
    func knows(_ report: ReportID) -> Bool { !self.ledger.revisions(of: report).isEmpty }

    // MARK: Records

    /// Stores a batch. Each sixtieth joins those before it, so that a day is fifteen hundred records.
    private mutating func record(_ batch: SignalBatch) async throws {
        if self.recent.count >= Self.joined, let first = self.recent.first, let place = self.recentPlace {
            let joined = self.recent.dropFirst().reduce(Optional(first)) { whole, batch in
                // A joined batch has one number, so those behind it move up.
                guard let whole else { return nil }
                var next = batch
                next.sequence = whole.sequence + 1
                return whole.joined(with: next)
            }
            if let joined {
                try await self.store.signals.append(
                    [(Kind.batch.rawValue, String(decoding: joined.canonical, as: UTF8.self))] + self.between,
                    to: self.rollout,
                    replacing: place)
                self.count = place + 1 + self.between.count
            }
            self.endRun()
        }
        let place = self.count
        try await self.append(.batch, batch.canonical)
        if self.recentPlace == nil { self.recentPlace = place }
        self.recent.append(batch)
    }

    private mutating func append(_ kind: Kind, _ document: JSONValue) async throws {
        try await self.append(kind, document.canonical)
    }

    private mutating func append(_ kind: Kind, _ canonical: [UInt8]) async throws {
        let record = (kind: kind.rawValue, body: String(decoding: canonical, as: UTF8.self))
        // Batches before and behind an opening are of different stages, and are not joined over it.
        if kind == .opening { self.endRun() }
        try await self.store.signals.append([record], to: self.rollout)
        if kind != .batch, self.recentPlace != nil { self.between.append(record) }
        self.count += 1
    }

    private mutating func endRun() {
        self.recent.removeAll()
        self.between.removeAll()
        self.recentPlace = nil
    }

    private mutating func replay(_ record: SignalRecords.Record, at now: Timestamp) throws {
        let document = try JSONValue(parsing: Array(record.body.utf8))
        switch Kind(rawValue: record.kind) {
        case .opening:
            let opening = try StageOpening(document)
            if self.ledger.openings.isEmpty {
                self.until = opening.at
                self.ledger.join(self.gateway, from: opening.at)
            }
            self.ledger.open(opening)
            self.ledger.forget(epochsBefore: opening.epoch)
        case .batch:
            var batch = try SignalBatch(reading: document, layout: self.ledger.layout)
            // Joined batches leave gaps in the numbers; in time there are none.
            (batch.boot, batch.sequence) = (self.boot - 1, self.replayed)
            self.replayed += 1
            _ = try self.ledger.take(batch, at: max(now, batch.to))
            self.until = batch.to
        case .report:
            let report = try Report(reading: document)
            _ = try self.ledger.take(report, about: nil, at: max(now, report.reported))
        case .requestReport: try self.replay(requestReport: document, at: now)
        case nil: throw StoreFault.damaged(table: "signal_record", detail: "the kind '\(record.kind)' is not known")
        }
    }

    private mutating func replay(requestReport document: JSONValue, at now: Timestamp) throws {
        guard let body = document["report"], let admitted = document["admitted"]?.integerValue,
            let placement = document["placement"].flatMap({ LoggedPlacement($0) }),
            // Older records have it in the placement.
            let application = (document["application"] ?? document["placement"]?["application"])?.stringValue
                .flatMap({ ApplicationID($0) })
        else { throw StoreFault.damaged(table: "signal_record", detail: "a report is without its request") }
        let report = try Report(reading: body)
        let exposed = report.request.map {
            placement.exposed(
                $0, of: application, at: Timestamp(milliseconds: admitted), in: self.ledger.layout)
        }
        _ = try self.ledger.take(report, about: exposed, at: max(now, report.reported))
    }

    private var replayed = 0
}

extension StageOpening {
    fileprivate var document: JSONValue {
        [
            "epoch": .integer(Int64(self.epoch)), "stage": self.stage.map { .integer(Int64($0)) } ?? .null,
            "at": .integer(self.at.milliseconds),
        ]
    }

    fileprivate init(_ document: JSONValue) throws(StoreFault) {
        guard let epoch = document["epoch"]?.integerValue, let at = document["at"]?.integerValue else {
            throw .damaged(table: "signal_record", detail: "an opening has no epoch or no time")
        }
        self.init(
            epoch: Int(epoch), stage: document["stage"]?.integerValue.map { Int($0) },
            at: Timestamp(milliseconds: at))
    }
}

public import AccessPolicy
public import Arms
public import Logging
public import ReleaseModel
public import StageControl
public import Store
import StrictJSON

/// The one writer of decisions: a command goes in, durable entries come out, and the rules are published anew.
///
/// An actor, so that state changes one command at a time; it is left while the log writes, and the log's size tells
/// afterwards whether somebody was faster. Readers never come here: they take ``rules``.
public actor ControlPlane {
    /// How often a command is decided again because the log grew meanwhile.
    static let maximumAttempts = 8

    /// The rules as they stand, for gateways and for whoever reads.
    public nonisolated let rules: Published<Snapshot>
    /// Every rollout as it stands, for whoever reads and for the conductor.
    public nonisolated let rollouts: Published<RolloutBook>
    /// The draws of lotteries whose lists are closed, by rollout.
    public nonisolated let draws: Published<[RolloutID: [LotteryDraw]]>
    /// The files that evidence consists of.
    public nonisolated let evidence: EvidenceFiles
    /// The time of day that entries and answers get.
    public nonisolated let clock: @Sendable () -> Timestamp

    private let writer: LogWriter
    private let reader: LogReader
    private let store: Store
    private var seeds: RolloutSeeds
    let logger: Logger
    private var isDeciding = false
    private var turns: [CheckedContinuation<Void, Never>] = []
    private(set) var state: ControlState
    private var generator: any RandomNumberGenerator & Sendable
    /// The rules as gateways see them, and the size of the log that they were made of.
    private var standing: (generation: UInt64, rules: Snapshot)?
    /// How often a rollback was rehearsed since the start.
    private var drill = 0
    /// Until when the conductor answers for them.
    private var conductedUntil = Timestamp(milliseconds: 0)

    /// Folds the whole control log and answers with the plane that goes on from there.
    ///
    /// Throws ``ControlFault/unreadableEntry(index:detail:)`` at the first entry that this release does not wholly
    /// understand, ``LogFault`` and ``StoreFault`` from below. Brings the index of entries to the log, gives back
    /// idempotency keys that a dead process held, and erases records that the log says are to be forgotten.
    ///
    /// - Parameters:
    ///   - writer: the control log; it signs a checkpoint with every batch, so that what is answered is covered by one.
    ///   - reader: the same log.
    ///   - store: vault, index and answered requests.
    ///   - evidence: the files of evidence.
    ///   - seeds: the secrets of rollouts.
    ///   - clock: the time of day.
    ///   - generator: where new identifiers take their chance from.
    ///   - logger: where faults are told that are no caller's business.
    public static func open(
        writer: LogWriter, reader: LogReader, store: Store, evidence: EvidenceFiles, seeds: RolloutSeeds,
        clock: @escaping @Sendable () -> Timestamp,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        logger: Logger = Logger(label: "sluice.control")
    ) async throws -> ControlPlane {
        var state = ControlState()
        try reader.entries(0..<writer.size) { index, bytes in
            try state.apply(try ControlEntry(index: index, bytes: bytes))
        }
        var seeds = seeds
        for (rollout, text) in try await store.seeds.all() {
            guard let page = state.book.pages[rollout] else { continue }
            seeds.given[rollout] = try Seed(revealed: text, commitment: page.seedCommitment)
        }
        let plane = ControlPlane(
            writer: writer, reader: reader, store: store, evidence: evidence, seeds: seeds, clock: clock,
            generator: generator, logger: logger, state: state)
        try await store.idempotency.releaseUnfinished()
        await plane.index([])
        try await plane.forget()
        return plane
    }

    private init(
        writer: LogWriter, reader: LogReader, store: Store, evidence: EvidenceFiles, seeds: RolloutSeeds,
        clock: @escaping @Sendable () -> Timestamp, generator: any RandomNumberGenerator & Sendable, logger: Logger,
        state: ControlState
    ) {
        self.writer = writer
        self.reader = reader
        self.store = store
        self.evidence = evidence
        self.seeds = seeds
        self.clock = clock
        self.generator = generator
        self.logger = logger
        self.state = state
        self.rules = Published(Snapshot(registry: state.registry, asOf: clock()))
        self.rollouts = Published(state.book)
        self.draws = Published([:])
    }

    /// Decides a command, records it, and publishes the rules that follow.
    ///
    /// Returns once the entries are durable under a signed checkpoint. Throws ``Refusal`` if the answer is no, and
    /// ``LogFault`` if it cannot be recorded; nothing changed then.
    public func perform(_ command: Command, by actor: ReleaseModel.Actor) async throws -> Performed {
        try await self.decide(.command(command), by: actor)
    }

    /// Sets up the first people, in the host's name; only before anything else was decided.
    public func bootstrap(_ people: [AddPerson]) async throws -> Performed {
        try await self.decide(.bootstrap(people), by: .host)
    }

    /// What a command would do, without doing it. Identifiers in it are not those that the real run gets.
    public func dryRun(_ command: Command, by actor: ReleaseModel.Actor) throws -> DryRun {
        let run = try DryRun(
            of: command, by: actor, on: self.state.registry, at: self.clock(), using: &self.generator)
        try self.checkKept(command)
        return run
    }

    /// Evidence is a file that is kept here: of what nobody can look at, nobody is asked what it shows.
    private func checkKept(_ command: Command) throws {
        guard case .attachEvidence(let attachment) = command else { return }
        guard try self.evidence.contains(attachment.file) else {
            throw Refusal(
                .notFound, field: "file",
                "\(attachment.file) is not kept here; send it first: PUT /v1/evidence-files/\(attachment.file)")
        }
    }

    /// Says anew that the rules stand as they are. Called each second: gateways close what is staged after 5 s without.
    public func keepFresh() {
        let registry = self.state.registry
        // The same value as long as nothing is decided: by it admissions are known that follow from the rules.
        var snapshot: Snapshot
        if let standing = self.standing, standing.generation == registry.generation {
            snapshot = standing.rules
            snapshot.asOf = self.clock()
        } else {
            snapshot = Snapshot(
                registry: registry, releases: self.positionsNow(), closed: self.state.book.closed, asOf: self.clock())
            self.standing = (registry.generation, snapshot)
        }
        snapshot.conductedUntil = self.conductedUntil
        snapshot.drill = self.drill
        self.rules.replace(with: snapshot)
        self.rollouts.replace(with: self.state.book)
    }

    private func positionsNow() -> [ModelID: ReleasePosition] {
        var releases: [ModelID: ReleasePosition] = [:]
        for page in self.state.book.live {
            do {
                let model = self.state.registry.model(named: page.rollout.spec.model)
                guard let model else { continue }
                releases[model.id] = try ReleasePosition(
                    page, seeds: self.seeds, registry: self.state.registry, draws: try self.drawn(for: page))
            } catch {
                self.logger.error(
                    "a rollout serves nobody", metadata: ["rollout": "\(page.rollout.id)", "fault": "\(error)"])
            }
        }
        return releases
    }

    /// The draws of a rollout's lotteries; held once, when the last of the lists that are closed was.
    private func drawn(for page: RolloutBook.Page) throws -> [LotteryDraw] {
        let id = page.rollout.id
        guard let lists = self.state.lists.closed[id] else { return [] }
        if let known = self.draws.current[id], known.count == lists.count { return known }
        let (spec, seed) = (page.rollout.spec, try self.seeds.seed(of: id))
        let draws = try LotteryDraw.draws(of: spec, lists, seed: seed, bucketing: spec.bucketing(seed))
        self.draws.replace(with: self.draws.current.merging([id: draws], uniquingKeysWith: { $1 }))
        return draws
    }

    // MARK: Rollouts

    /// Makes a rollout of a plan and puts it before those who approve.
    ///
    /// - Parameter seed: the secret of the plan's buckets, if its author drew one; kept before anything is decided.
    public func propose(
        _ plan: ReleasePlan, seed: Seed? = nil, by actor: ReleaseModel.Actor
    ) async throws -> Performed {
        let rollout = RolloutID(at: self.clock(), using: &self.generator)
        if let seed {
            try await self.store.seeds.put(seed.revealedText, of: rollout)
            self.seeds.given[rollout] = seed
        }
        return try await self.decide(.propose(plan, rollout), by: actor)
    }

    /// Does to a rollout what a person says. Throws ``RolloutRefusal`` if the answer is no.
    public func perform(
        _ command: RolloutCommand, on rollout: RolloutID, by actor: ReleaseModel.Actor
    ) async throws -> Performed {
        try await self.decide(.rollout(command, rollout), by: actor)
    }

    /// The rollout as it would be after what a person says, without doing it. Throws as ``perform(_:on:by:)`` does.
    public func dryRun(
        _ command: RolloutCommand, on rollout: RolloutID, by actor: ReleaseModel.Actor
    ) throws -> RolloutBook.Page {
        let now = self.clock()
        var book = self.state.book
        for event in try Self.events(
            of: .rollout(command, rollout), by: actor, at: now, on: self.state, seeds: self.seeds,
            using: &self.generator)
        {
            try book.apply(ControlEntry(at: now, by: actor, event: event))
        }
        guard let page = book.pages[rollout] else { throw RolloutBookFault.unknownRollout(rollout) }
        return page
    }

    /// Looks at a rollout with what was observed: records what is news, and publishes what follows from it.
    public func look(at rollout: RolloutID, _ observations: Observations) async throws -> Performed {
        try await self.decide(.look(observations, rollout), by: .system)
    }

    /// Hears those who ask for a place in what a rollout has open, and those whose turn in its line has come: who finds
    /// one is in once this returns, by rules that are published then.
    public func hear(_ applicants: [Applicant], on rollout: RolloutID) async throws -> Performed {
        try await self.decide(.hear(applicants, rollout), by: .system)
    }

    /// Publishes rules that differ in one number only, as a rollback would publish its own; answers the number.
    public func rehearseRollback() -> Int {
        self.drill += 1
        self.keepFresh()
        return self.drill
    }

    /// Records what a rehearsal of a rollback showed.
    public func record(drill: RollbackDrill) async throws {
        _ = try await self.decide(.drilled(drill), by: .system)
    }

    /// The conductor answers for the rollouts until then; gateways serve no candidate beyond.
    public func conduct(until moment: Timestamp) {
        self.conductedUntil = max(self.conductedUntil, moment)
        self.keepFresh()
    }

    /// Puts the access log's signed head into the control log if the access log has grown, so that one head covers
    /// both.
    ///
    /// Answers whether an entry was made. A text that is no checkpoint is not recorded.
    @discardableResult
    public func record(accessLogCheckpoint note: String) async throws -> Bool {
        guard let size = ControlState.size(of: note), size > self.state.accessLogSize else { return false }
        _ = try await self.decide(.note(AccessLogCheckpoint(note: note)), by: .system)
        return true
    }

    /// Erases the records of everybody whom the log says to forget; what failed before is tried again.
    public func forget() async throws(StoreFault) {
        try await self.store.vault.erase(self.state.forgettable(at: self.clock()))
    }

    private func decide(_ question: Question, by actor: ReleaseModel.Actor) async throws -> Performed {
        await self.takeTurn()
        defer { self.passTurn() }
        for _ in 0..<Self.maximumAttempts {
            let now = question.moment(self.clock())
            let events = try Self.events(
                of: question, by: actor, at: now, on: self.state, seeds: self.seeds, using: &self.generator)
            if case .command(let command) = question { try self.checkKept(command) }
            guard !events.isEmpty else { return Performed(entries: []) }
            let entries = events.map { ControlEntry(at: now, by: actor, event: $0) }
            if let performed = try await self.record(entries) { return performed }
            try self.catchUp()
        }
        throw ControlFault.contended(attempts: Self.maximumAttempts)
    }

    /// Waits until nobody of this process decides: an actor takes others in while the log writes, and they would decide
    /// on a state that is about to be old.
    private func takeTurn() async {
        guard self.isDeciding else {
            self.isDeciding = true
            return
        }
        await withCheckedContinuation { self.turns.append($0) }
    }

    /// Does something while nobody of this process decides.
    func undisturbed<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        await self.takeTurn()
        defer { self.passTurn() }
        return try await body()
    }

    private func passTurn() {
        if self.turns.isEmpty {
            self.isDeciding = false
        } else {
            self.turns.removeFirst().resume()
        }
    }

    /// Makes entries durable and folds them in; nil if the log has grown since the state that they were decided on.
    private func record(_ entries: [ControlEntry]) async throws -> Performed? {
        let bytes = try entries.map { try $0.bytes() }
        let range: AppendedRange
        do {
            range = try await self.writer.append(bytes, expectedSize: self.state.registry.generation)
        } catch {
            // Not `catch LogFault.conflict`: Swift 6.3.1 crashes on a case with a payload in a typed catch.
            guard case .conflict = error else { throw error }
            return nil
        }
        // Others may have come between while the log wrote, and folded these entries already, or not yet their own.
        if self.state.registry.generation == range.first {
            for entry in entries { try self.state.apply(entry) }
        } else {
            try self.catchUp()
        }
        self.keepFresh()
        let recorded = zip(range.indices, entries).map { RecordedEntry(index: $0, entry: $1) }
        await self.index(zip(range.indices, bytes).compactMap { IndexedEntry(number: $0, bytes: $1) })
        if entries.contains(where: \.event.forgetsSomebody) {
            do {
                try await self.forget()
            } catch {
                self.logger.error("a person's record is not erased yet", metadata: ["fault": "\(error)"])
            }
        }
        guard case .proposalMade(let proposal)? = entries.first?.event else { return Performed(entries: recorded) }
        return Performed(entries: recorded, proposal: proposal)
    }

    /// Folds what stands in the log beyond the state.
    private func catchUp() throws {
        let missing = self.state.registry.generation..<max(self.writer.size, self.state.registry.generation)
        var entries: [ControlEntry] = []
        try self.reader.entries(missing) { index, bytes in
            entries.append(try ControlEntry(index: index, bytes: bytes))
        }
        for entry in entries { try self.state.apply(entry) }
        self.keepFresh()
    }

    /// Brings the index to the log. It can be made again at any time, so its faults stop nothing.
    private func index(_ entries: [IndexedEntry]) async {
        do {
            let isNext = try await self.store.entries.size() == entries.first?.number
            if isNext { try await self.store.entries.append(entries) }
            let reader = self.reader
            try await self.store.entries.rebuild(size: self.writer.size) { range in
                var found: [[UInt8]] = []
                try reader.entries(range) { _, bytes in found.append(bytes) }
                return found
            }
        } catch {
            self.logger.error("the index of entries is behind", metadata: ["fault": "\(error)"])
        }
    }
}

extension ControlEvent {
    /// Whether a record of the vault may have lost its reason by this.
    fileprivate var forgetsSomebody: Bool {
        switch self {
        case .personErased, .proposalRejected: true
        default: false
        }
    }
}

import ReleaseModel
import StageControl
import StrictJSON

extension Session {
    /// A key that no other request has.
    func freshKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return Self.idempotencyKey(using: &generator)
    }

    /// A rollout as the API shows it.
    func rollout(_ id: RolloutID) async throws -> JSONValue {
        try await self.client.send(.get("/v1/rollouts/\(id)"))
    }

    /// Does something to a rollout and tells what became of it.
    func perform(_ command: RolloutCommand, on rollout: RolloutID) async throws {
        let answer = try await self.client.send(
            .post(
                "/v1/rollouts/\(rollout)/commands", [], try JSONValue(encoding: command),
                idempotencyKey: self.freshKey()))
        try self.tell(answer)
        let after = try await self.rollout(rollout)
        guard self.output == .table else { return }
        self.terminal.say(after.text("sentence"))
        if let waiting = Self.signatures(after) { self.terminal.say(waiting) }
    }

    /// Signs for something that opens, bound to the plan and to the evidence as they are shown now.
    func sign(
        _ motion: Motion, of rollout: RolloutID, plan pinned: ContentDigest? = nil, reason: String = ""
    ) async throws {
        let shown = try await self.rollout(rollout)
        guard let plan = shown["plan"]?.stringValue.flatMap({ ContentDigest($0) }),
            let evidence = shown["evidence"]?.stringValue.flatMap({ ContentDigest($0) })
        else {
            throw CommandFault(.failure, "the server's answer has no digests; it may be another release of Sluice")
        }
        if let pinned, pinned != plan {
            throw CommandFault(.conflict, "\(rollout) has the plan \(plan), not the one that was given; read it again")
        }
        let approval = RolloutCommand.Approve(motion, plan: plan, evidence: evidence, reason: reason)
        try await self.perform(.approve(approval), on: rollout)
    }

    private static func signatures(_ rollout: JSONValue) -> String? {
        let ballots = rollout["ballots"]?.arrayValue ?? []
        guard !ballots.isEmpty else { return nil }
        let counts = ballots.map { ballot in
            let motion = ballot["motion"]?["kind"]?.stringValue ?? "?"
            return "\(motion) \(ballot["approvals"]?.arrayValue?.count ?? 0)"
        }
        return "Signatures that stand: \(counts.joined(separator: ", "))"
    }
}

extension OptionText {
    static func rollout(_ text: String) throws -> RolloutID {
        guard let id = RolloutID(text) else {
            throw CommandFault(
                .usage, "'\(text)' is not the identifier rlt_… of a rollout; 'sluice release list' shows all")
        }
        return id
    }
}

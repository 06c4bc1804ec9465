import ArgumentParser
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

    /// The plan of a rollout, with every default written out.
    func plan(of id: RolloutID) async throws -> ReleasePlan {
        let document = try await self.client.send(.get("/v1/rollouts/\(id)/plan"))
        do throws(PlanFaults) {
            return try ReleasePlan.read(PlanSource(document))
        } catch {
            throw CommandFault(.failure, "the server's plan cannot be read here; it may be another release of Sluice")
        }
    }

    /// Does something to a rollout and tells what became of it, or with `dryRun` what would.
    func perform(_ command: RolloutCommand, on rollout: RolloutID, dryRun: Bool) async throws {
        let answer = try await self.client.send(
            .post(
                "/v1/rollouts/\(rollout)/commands", dryRun ? [(name: "dry_run", value: "true")] : [],
                try JSONValue(encoding: command), idempotencyKey: self.freshKey()))
        if dryRun { return self.tellRolloutDryRun(answer) }
        try self.tell(answer)
        guard self.output == .table else { return }
        self.tellStanding(try await self.rollout(rollout))
    }

    /// Signs for something that opens, bound to the plan and to the evidence as they are shown now.
    func sign(
        _ motion: Motion, of rollout: RolloutID, plan pinned: ContentDigest? = nil, reason: String = "", dryRun: Bool
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
        try await self.perform(.approve(approval), on: rollout, dryRun: dryRun)
    }

    /// Says where a rollout stands and who has signed.
    private func tellStanding(_ rollout: JSONValue) {
        self.terminal.say(rollout.text("sentence"))
        for ballot in rollout["ballots"]?.arrayValue ?? [] {
            let people = ballot["approvals"]?.arrayValue?.count ?? 0
            self.terminal.say(
                "Signed that \(ballot.text("sentence")): \(people) of \(ballot.text("distinct")) "
                    + "(\(ballot.text("roles")))")
        }
    }

    /// Prints how far each cohort would be open, and says where the rollout would stand.
    private func tellRolloutDryRun(_ answer: JSONValue) {
        guard self.output == .table else { return self.terminal.line(answer.canonicalText) }
        func shares(_ member: String) -> [String: Int64] {
            Dictionary(
                (answer[member]?["openings"]?.arrayValue ?? []).map {
                    ($0.text("cohort"), $0["weight"]?.integerValue ?? 0)
                }, uniquingKeysWith: max)
        }
        let (before, after) = (shares("before"), shares("after"))
        let rows = Set(before.keys).union(after.keys).sorted().compactMap { cohort -> [String]? in
            let (now, then) = (before[cohort] ?? 0, after[cohort] ?? 0)
            return now == then ? nil : [cohort, RolloutScreen.share(now), RolloutScreen.share(then)]
        }
        self.terminal.table(Table(["COHORT", "NOW", "THEN"], rows), orSay: "Nobody would gain or lose access at once.")
        if let after = answer["after"] { self.tellStanding(after) }
        self.terminal.say("Nothing was done.")
    }
}

extension OptionText {
    static func rollout(_ text: String) throws -> RolloutID {
        guard let id = RolloutID(text) else {
            throw ValidationError(
                "'\(text)' is not the identifier rlt_… of a rollout; 'sluice release list' shows all")
        }
        return id
    }
}

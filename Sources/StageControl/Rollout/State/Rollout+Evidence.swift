import Crypto
import ReleaseModel
import SequentialTests
import StrictJSON

extension Rollout {
    /// What people sign for besides the plan: what every rule says and what evidence lies there. Counts are not part of
    /// it, since they change with every request; verdicts are.
    static func evidence(
        _ plan: SealedPlan, epoch: Int, stage: Int?, rules: [RuleRecord], _ evidence: [EvidenceStatus]
    ) -> ContentDigest {
        var text = "\(plan.digest)\n\(epoch)\n\(stage.map { String($0) } ?? "-")\n"
        for rule in rules { text += "\(rule.metric) \(rule.rule.rawValue) \(rule.verdict.rawValue)\n" }
        for status in plan.asked(of: evidence) { text += "\(status.evidence) \(status.status) \(status.digest)\n" }
        return .sha256(of: Array(text.utf8))
    }

    /// Spends the error rates of a start; nil, and nothing spent, if one of the budgets refuses.
    mutating func spend(_ start: ErrorBudget.Start) -> ErrorShares? {
        guard var advance = self.advanceBudget, var alarm = self.alarmBudget else { return nil }
        guard let one = try? advance.spend(start), let other = try? alarm.spend(start) else { return nil }
        (self.advanceBudget, self.alarmBudget) = (advance, alarm)
        return ErrorShares(advance: one, alarm: other)
    }

    /// The start that an epoch in a stage would be: the planned one, if it was not made before.
    func start(ofStage stage: Int) -> ErrorBudget.Start {
        let number = self.spec.evidenceRuns.prefix { !$0.contains(stage) }
            .count { run in self.spec.stages[run].contains { !$0.analysis.watched.isEmpty } }
        let isMade = self.advanceBudget?.startsMade.contains(number) ?? true
        return isMade ? self.unplanned : .planned(number)
    }

    /// The next unplanned start.
    var unplanned: ErrorBudget.Start { .restart((self.advanceBudget?.restartsMade ?? 0) + 1) }

    /// Whether error rates are left for a start.
    func canSpend(_ start: ErrorBudget.Start) -> Bool {
        (try? self.advanceBudget?.share(of: start)) != nil && (try? self.alarmBudget?.share(of: start)) != nil
    }

    /// Whether evidence may begin anew where the rollout stands.
    var canRestart: Bool { !self.isWatched(self.stage ?? 0) || self.canSpend(self.unplanned) }

    /// Whether the run of evidence of a stage needs error rates: whether anything is watched in it.
    func isWatched(_ stage: Int) -> Bool {
        self.spec.stages[self.spec.run(of: stage)].contains { !$0.analysis.watched.isEmpty }
    }
}

extension SealedPlan {
    /// The evidence that a gate of the plan asks for, in an order of its own.
    fileprivate func asked(of evidence: [EvidenceStatus]) -> [EvidenceStatus] {
        guard !evidence.isEmpty else { return [] }
        let kinds = Set(self.plan.spec.stages.flatMap { $0.gates.map(\.evidence) })
        return evidence.filter { kinds.contains($0.evidence) }.sorted { one, other in
            (one.evidence, one.digest.description) < (other.evidence, other.digest.description)
        }
    }
}

extension ContentDigest {
    /// The SHA-256 of some bytes.
    static func sha256(of bytes: [UInt8]) -> ContentDigest {
        guard let digest = ContentDigest(bytes: SHA256.hash(data: bytes)) else {
            preconditionFailure("a SHA-256 has the 32 bytes of a digest")
        }
        return digest
    }
}

extension DecisionRecord {
    /// The identifier of a decision: of the same tick with the same inputs, always the same.
    static func id(_ rollout: RolloutID, epoch: Int, tick: Int, _ inputs: ContentDigest) -> ContentDigest {
        .sha256(of: Array("\(rollout)\n\(epoch)\n\(tick)\n\(inputs)".utf8))
    }

    /// The digest of observations; nil for what JSON cannot say, which counts and moments never are.
    static func digest(of inputs: Observations) -> ContentDigest {
        guard let document = try? JSONValue(encoding: inputs) else { return .sha256(of: []) }
        return .sha256(of: document.canonical)
    }
}

import AccessPolicy
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("The explanation of a decision")
struct ExplanationTests {
    @Test("is of what admission decides, and its steps lead there")
    func agrees() {
        repeated(seeds: 300) { seed, _ in
            var world = World(seed: seed)
            let registry = world.registry
            for question in world.questions(40) {
                let snapshot = Snapshot(registry: registry, asOf: question.asOf)
                let explanation = snapshot.explain(question.request, at: question.now)
                try #require(explanation.decision == snapshot.admit(question.request, at: question.now), "\(question)")
                try #require(explanation.impliedDecision == explanation.decision.outline, "\(question)")
                try #require(explanation.considered.allSatisfy { $0.admits == $0.denials.isEmpty })
            }
        }
    }

    @Test("survives as JSON")
    func roundTrip() {
        repeated(seeds: 60) { seed, _ in
            var world = World(seed: seed)
            let registry = world.registry
            for question in world.questions(20) {
                let snapshot = Snapshot(registry: registry, asOf: question.asOf)
                let explanation = snapshot.explain(question.request, at: question.now)
                let text = try JSONValue(encoding: explanation).canonical
                try #require(try JSONValue(parsing: text).decoded(as: Explanation.self) == explanation, "\(question)")
            }
        }
    }

    @Test("tells people what callers are not told of a key")
    func findings() throws {
        var found: Set<Explanation.KeyFinding> = []
        repeated(seeds: 200) { seed, _ in
            var world = World(seed: seed)
            let registry = world.registry
            for question in world.questions(20) {
                let snapshot = Snapshot(registry: registry, asOf: question.asOf)
                let explanation = snapshot.explain(question.request, at: question.now)
                found.insert(explanation.key)
                let isInvalid = explanation.decision == .refused([Denial(.invalidKey)])
                try #require((explanation.key == .accepted) != isInvalid)
                try #require((explanation.caller == nil) == isInvalid)
            }
        }
        guard seeds(200).count > 1 else { return }
        #expect(found == Set(Explanation.KeyFinding.allCases))
    }
}

/// A decision without what an explanation does not repeat.
private enum Outline: Equatable {
    case admitted(GrantID)
    case refused([Denial])
}

extension Decision {
    fileprivate var outline: Outline {
        switch self {
        case .admitted(let admission): .admitted(admission.grant.id)
        case .refused(let denials): .refused(denials)
        }
    }
}

extension Explanation {
    /// What a reader would conclude from the steps alone.
    fileprivate var impliedDecision: Outline {
        guard self.caller != nil else { return .refused([Denial(.invalidKey)]) }
        guard let target = self.target, self.mayKnow else { return .refused([Denial(.modelNotFound, field: "model")]) }
        if let admitting = self.considered.first(where: \.admits) { return .admitted(admitting.grant.id) }
        let least = self.considered.min { $0.denials.count < $1.denials.count }
        let hold = target.held == nil ? [] : [Denial(.modelOnHold, field: "model")]
        return .refused((least?.denials ?? [Denial(.stageNotOpen, field: "model")] + hold).sorted { $0.code < $1.code })
    }
}

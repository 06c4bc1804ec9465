public import StrictJSON

/// One field in which two plans differ.
public struct PlanChange: Hashable, Sendable {
    /// What a change means for what is open, from harmless to grave.
    public enum Effect: String, Ranked {
        /// Nothing.
        case neutral
        /// Less is open, or the rules put up with less.
        case tightens
        /// Nobody can say in general. People have to look, and approve it as if it opened something.
        case unclear
        /// The rules put up with more harm, time or doubt.
        case loosensBound = "loosens-bound"
        /// More people, applications or requests reach the candidate.
        case raisesExposure = "raises-exposure"
    }

    /// The field, as it stands in the later plan; of what was taken out, in the earlier one.
    public let path: FieldPath
    /// What it was; nil if it was not there.
    public let before: JSONValue?
    /// What it is; nil if it is not there.
    public let after: JSONValue?
    /// What the change means.
    public let effect: Effect

    /// Whether it opens something, as far as anybody can say: in doubt it does.
    public var opens: Bool { self.effect >= .unclear }
}

extension PlanChange: CustomStringConvertible {
    /// One line: `spec.stages[1].setWeight: 1 → 5 [raises-exposure]`.
    public var description: String {
        let (before, after) = (self.before?.canonicalText ?? "none", self.after?.canonicalText ?? "none")
        return "\(self.path): \(before) → \(after) [\(self.effect.rawValue)]"
    }
}

/// In what two plans differ, field by field, and which way it goes.
///
/// Compared are normal forms (``ReleasePlan/document``): what two texts say in different ways is no difference, and
/// what a stage takes over from another shows at both. Stages, metrics, cohorts, gates and companions are told apart by
/// their names, so that one put in between does not make all behind it look changed.
public struct PlanDifference: Hashable, Sendable {
    /// Every change, in the order in which plans are written.
    public let changes: [PlanChange]

    /// What another plan changes.
    public init(from earlier: ReleasePlan, to later: ReleasePlan) {
        var comparing = Comparing()
        comparing.compare(
            earlier.document, later.document, ReleasePlan.form.shape, .neutral, at: .document, and: .document)
        self.changes = comparing.changes
    }

    /// What more people should look at than the author: every change that opens something, the gravest first.
    public var opening: [PlanChange] {
        // By hand stable: equal ones stay in the order of the plan.
        PlanChange.Effect.allCases.reversed().flatMap { effect in
            self.changes.filter { $0.opens && $0.effect == effect }
        }
    }
}

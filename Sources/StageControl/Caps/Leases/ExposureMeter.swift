public import ReleaseModel

/// What a request to the candidate is counted by, where the plan bounds how many there may be.
public enum ExposureMeter: Hashable, Comparable, Sendable {
    /// The exposure budget of the stage that is open.
    case budget
    /// `requestsPerDay` of the stage whose caps hold, a place in the plan.
    case day(stage: Int)
}

extension ExposureMeter: LosslessStringConvertible {
    /// `budget`, or `day/` and the stage.
    public var description: String {
        switch self {
        case .budget: "budget"
        case .day(let stage): "day/\(stage)"
        }
    }

    /// Reads the text form; nil for anything else.
    public init?(_ description: String) {
        if description == "budget" {
            self = .budget
        } else if description.hasPrefix("day/"), let stage = Int(description.dropFirst(4)), stage >= 0 {
            self = .day(stage: stage)
        } else {
            return nil
        }
    }
}

extension Rollout {
    /// The budgets of exposure that hold at a moment, each with its time.
    ///
    /// A stage's budget begins when the stage opens, and again with new evidence. Days follow each other from the first
    /// opening of the stage whose caps they are.
    public func exposureTerms(at now: Timestamp) -> [ExposureMeter: ExposureBudgetTerm] {
        var terms: [ExposureMeter: ExposureBudgetTerm] = [:]
        if self.enforcement.isMetered, let budget = self.exposureBudget {
            terms[.budget] = ExposureBudgetTerm(budget: budget, begins: self.stageOpened)
        }
        for opening in self.enforcement.openings {
            guard let most = opening.caps.requestsPerDay,
                let opened = self.admissions.firstOpening(ofStage: opening.stage)
            else { continue }
            let days = StagePeriods(from: opened, each: TimeSpan(1, .day))
            let day = days.number(at: now)
            let meter = ExposureMeter.day(stage: opening.stage)
            // Where a way back left cohorts of one stage with caps of two, the tighter one holds for both.
            terms[meter] = ExposureBudgetTerm(
                budget: min(most, terms[meter]?.budget ?? most), begins: days.start(of: day),
                ends: days.start(of: day + 1))
        }
        return terms
    }
}

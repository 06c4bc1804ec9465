import PlanFiles
import StageControl

/// The plan that conducted releases carry out: three stages, of which the first two have evidence of their own, and one
/// metric of harm that people report.
enum TrialPlan {
    /// The bound of the plan on the rate of harm.
    static let bound = 1e-3
    /// The probability of a false advance that each of the first two stages has.
    static let falseAdvance = 0.05

    /// The plan, with reports that come late if it is to know of that.
    static func read(knowsDelay: Bool = false) throws -> ReleasePlan {
        let delay = knowsDelay ? "reportingDelay: {model: lowerEnvelope, p50: 5d, p90: 19d, p99: 53d}" : ""
        return try ReleasePlan.read(try PlanFile.source(of: Array(self.text(delay).utf8)))
    }

    private static func text(_ delay: String) -> String {
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePlan
        metadata: {name: trial}
        spec:
          model: aurora
          candidate: aurora-2.0
          baseline: aurora-1.0
          owner: release-team
          progressDeadline: 90d
          errorBudget: {falseAdvance: 0.125, falseRollback: 0.05}
          cohorts: [{name: partners, match: {population: [trusted]}}]
          metrics:
            - name: harm
              kind: safety
              type: eventRate
              exposure: requests
              source: {incidents: {minSeverity: high, attributable: true}}
              \(delay)
              rules:
                advance: {test: below, bound: 1.0e-3}
                rollback: {test: above, bound: 2.0e-3, weight: 0.5, action: rollback}
                tripwire: {where: "severity == 'critical'", count: 1, action: halt}
              onNoData: {after: 15m, action: hold, escalateAfter: 4h, escalateAction: stepBack}
          stages:
            - name: some
              audience: {cohorts: [partners]}
              requiresApproval: {roles: [release_manager, approver], distinct: 2}
              setWeight: 10
              bake: {min: 5m, max: 60d}
              analysis: {metrics: [harm]}
            - name: more
              setWeight: 50
              bake: {min: 5m, max: 60d}
              evidence: {carryOver: false}
              analysis: {metrics: [harm]}
            - name: most
              setWeight: 100
              bake: {min: 5m, max: 60d}
              evidence: {carryOver: sameCohort}
              analysis: {metrics: [harm]}
              watch: {for: 1h}
          rollback: {target: closed, coolDown: 1m, drill: {every: 90d, p99: 2s}}
        """
    }
}

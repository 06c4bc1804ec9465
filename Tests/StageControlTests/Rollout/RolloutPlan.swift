import ReleaseModel
import StageControl
import StrictJSON

/// Plans that the tests of rollouts carry out. Each is one that the linter has no error for.
enum RolloutPlan {
    /// Three stages: staff, a tenth of them more, everybody. Two metrics, of which one is compared.
    static let short = Self.sealed(Self.shortText)

    /// The sample of the documentation.
    static func example() throws -> SealedPlan { SealedPlan(try ReleasePlan.read(PlanSource(example: "atlas-2-api"))) }

    /// The short plan with places changed.
    static func short(_ changes: (path: String, value: JSONValue?)...) throws -> SealedPlan {
        let document = try PlanSource(yaml: Self.shortText).value
        return SealedPlan(try ReleasePlan.read(PlanSource(document.setting(changes))))
    }

    private static func sealed(_ text: String) -> SealedPlan {
        do {
            return SealedPlan(try ReleasePlan.read(PlanSource(yaml: text)))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private static let shortText = """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePlan
        metadata: {name: short}
        spec:
          model: atlas-2
          candidate: "2"
          baseline: "1"
          owner: release
          progressDeadline: 60d
          cohorts:
            - {name: staff, match: {population: [internal]}}
            - {name: general, match: {}}
          metrics:
            - name: harm
              kind: safety
              type: eventRate
              source: {incidents: {minSeverity: high}}
              influenceCap: {per: application}
              rules:
                advance: {test: below, bound: 1.0e-3}
                rollback: {test: above, bound: 2.0e-3, weight: 0.5}
                tripwire: {where: "severity == 'critical'", count: 1, action: halt}
            - name: refusals
              kind: quality
              type: proportion
              source: {gateway: {counter: refusals}}
              influenceCap: {per: application}
              rules:
                hold: {test: above, bound: 0.1, weight: 0.2}
          stages:
            - name: some-staff
              audience: {cohorts: [staff]}
              setWeight: 10
              gates: [{evidence: risk-assessment}]
              requiresApproval: {roles: [approver], distinct: 2}
              companions: [{control: filter}]
              analysis: {metrics: [harm], guards: [refusals], minExposure: 100}
              bake: {min: 1h, max: 30d}
            - name: more-staff
              setWeight: 50
              evidence: {carryOver: sameCohort}
              bake: {min: 2h, max: 30d}
            - name: everybody
              audience: {cohorts: [general]}
              setWeight: 10
              requiresApproval: {roles: [approver], distinct: 2}
              bake: {min: 7d, cover: fullWeeks}
              evidence: {carryOver: false}
              watch: {for: 10d, drift: {arl: 1.0e7}}
        """
}

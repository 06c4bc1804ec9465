public import ReleaseModel

extension Enforcement {
    /// What is open, by cohort.
    public var cohorts: [Name: CohortOpening] {
        var cohorts: [Name: CohortOpening] = [:]
        for opening in self.openings {
            let weight = Share(millionths: opening.weight)
            cohorts[opening.cohort] = CohortOpening(stage: opening.stage, weight: weight, caps: opening.caps)
        }
        return cohorts
    }
}

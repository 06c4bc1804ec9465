import ReleaseModel

/// How many there can be in a stage, whatever happens.
extension ReleasePlan.Spec {
    /// The most applications, or accounts, that a stage's own audience can ever have; nil if nothing bounds it.
    ///
    /// Applications are bounded by the stage's ceiling, and where every cohort is a list or a lottery by these;
    /// accounts by the stage's ceiling on people. `index` is a place in ``stages``.
    public func ceiling(of unit: PlanBucketing.Unit, inStage index: Int) -> Int? {
        let audience = self.stages[index].audience
        switch unit {
        case .account: return audience.people?.max
        case .application:
            let places = audience.cohorts.map { self.cohort(named: $0)?.places ?? .max }
            let listed = places.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
            let most = min(audience.applications?.max ?? .max, listed)
            return most < .max ? most : nil
        }
    }

    /// The most applications, or accounts, that the candidate can be expected to serve in a stage, at the weights that
    /// hold for each cohort: those of the stage and of earlier ones that stay open. Nil if one of them has no bound.
    func mostServed(_ unit: PlanBucketing.Unit, inStage index: Int) -> Double? {
        let homes = Set(self.openings(atStage: index).values.map(\.stage))
        var sum = 0.0
        for home in homes.sorted() {
            guard let ceiling = self.ceiling(of: unit, inStage: home) else { return nil }
            sum += Double(ceiling) * self.stages[home].setWeight.fraction
        }
        return sum
    }
}

extension Cohort {
    /// The most applications that can belong to it; nil if nothing bounds it.
    var places: Int? {
        switch self.membership {
        case .applications(let listed): listed.count
        case .lottery(let lottery): lottery.places
        case .match, .percentage: nil
        }
    }
}

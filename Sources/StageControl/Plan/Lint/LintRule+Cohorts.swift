import ReleaseModel

/// Whom a plan lets in.
extension LintRule {
    static let ofCohorts = [
        knownCohort, unusedCohort, cohortOverlap, cohortUnreachable, cohortOrder, lotteryCommitment, seedCommitment,
        keyedBuckets,
    ]

    static let knownCohort = LintRule(
        "known-cohort", .error, "Every cohort that a stage lets in is defined."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() {
            for (place, name) in stage.audience.cohorts.enumerated() where spec.cohort(named: name) == nil {
                let known = spec.cohorts.map(\.name.text)
                let hint = Spelling.nearest(to: name.text, among: known).map { "did you mean \($0)?" }
                objections.add(
                    .stage(index)["audience"]["cohorts"][place],
                    "is \(name), which spec.cohorts does not define; \(hint ?? "define it there")")
            }
        }
    }

    static let unusedCohort = LintRule(
        "unused-cohort", .warning, "Every cohort is let in by a stage."
    ) { spec, objections in
        let used = Set(spec.stages.flatMap(\.audience.cohorts))
        for (index, cohort) in spec.cohorts.enumerated() where !used.contains(cohort.name) {
            objections.add(
                .cohort(index), "is \(cohort.name), which no stage lets in; let it in or take it out")
        }
    }

    static let cohortOverlap = LintRule(
        "cohort-overlap", .error, "No application is listed in two cohorts."
    ) { spec, objections in
        var owner: [ApplicationID: Name] = [:]
        for (index, cohort) in spec.cohorts.enumerated() {
            guard case .applications(let listed) = cohort.membership else { continue }
            for application in listed {
                guard let other = owner.updateValue(cohort.name, forKey: application) else { continue }
                objections.add(
                    .cohort(index)["applications"],
                    "lists \(application), which \(other) lists too; keep it in one of them")
            }
        }
    }

    static let cohortUnreachable = LintRule(
        "cohort-unreachable", .error,
        "No cohort takes everybody whom a later one is for: an application belongs to the first that it fits."
    ) { spec, objections in
        for (index, cohort) in spec.cohorts.enumerated() {
            guard let taker = spec.cohorts.prefix(index).first(where: { $0.contains(cohort) }) else { continue }
            objections.add(
                .cohort(index), "is left with nobody, since \(taker.name) stands before it; move it before that")
        }
    }

    static let cohortOrder = LintRule(
        "cohort-order", .warning, "Cohorts that share some applications are put in their order on purpose."
    ) { spec, objections in
        for (index, cohort) in spec.cohorts.enumerated() {
            for other in spec.cohorts.prefix(index) where other.mayShare(with: cohort) {
                objections.add(
                    .cohort(index),
                    "fits applications that fit \(other.name) too, and those belong to \(other.name), which stands "
                        + "before it; see that this is meant, or narrow one of them")
            }
        }
    }

    static let lotteryCommitment = LintRule(
        "lottery-commitment", .error, "A lottery's seed is that of the buckets, committed before anybody applies."
    ) { spec, objections in
        for (index, cohort) in spec.cohorts.enumerated() {
            guard case .lottery(let lottery) = cohort.membership else { continue }
            let other = spec.bucketing.seedCommitment.map { $0 != lottery.seedCommitment } ?? false
            guard lottery.seedCommitment == nil || other else { continue }
            objections.add(
                .cohort(index)["lottery"]["seedCommitment"],
                lottery.seedCommitment == nil
                    ? "is missing; draw a secret seed and publish its SHA-256 here, so that anybody can draw again"
                    : "is not spec.bucketing.seedCommitment; a rollout has one seed, so name the same in both places")
        }
    }

    static let seedCommitment = LintRule(
        "seed-commitment", .warning, "The seed of the buckets is committed before the plan is approved."
    ) { spec, objections in
        guard spec.bucketing.algorithm.isKeyed, spec.bucketing.seedCommitment == nil else { return }
        objections.add(
            .spec["bucketing"]["seedCommitment"],
            "is missing; draw a secret seed and publish its SHA-256 here, so that nobody can say that the first ones "
                + "were hand-picked")
    }

    static let keyedBuckets = LintRule(
        "keyed-buckets", .warning, "Buckets follow from a secret, so that nobody can choose theirs."
    ) { spec, objections in
        guard !spec.bucketing.algorithm.isKeyed else { return }
        objections.add(
            .spec["bucketing"]["algorithm"],
            "is \(spec.bucketing.algorithm.rawValue), by which whoever can make accounts can make one that is in the "
                + "first bucket; use \(PlanBucketing.Algorithm.hmac.rawValue)")
    }
}

extension Cohort {
    /// Whether everybody who fits another cohort fits this one.
    fileprivate func contains(_ other: Cohort) -> Bool {
        switch (self.membership, other.membership) {
        case (.match(let match), _) where match.isEverybody: true
        case (.match(let outer), .match(let inner)): outer.contains(inner)
        case (.percentage(let outer), .percentage(let inner)): inner <= outer
        default: false
        }
    }

    /// Whether some fit both, as far as the plan itself tells, and neither has the other inside.
    fileprivate func mayShare(with other: Cohort) -> Bool {
        guard !self.contains(other), !other.contains(self) else { return false }
        switch (self.membership, other.membership) {
        case (.match(let one), .match(let two)): return !one.isApart(from: two)
        case (.match, .percentage), (.percentage, .match): return true
        default: return false
        }
    }
}

extension CohortMatch {
    /// Whether every grant that fits another match fits this one.
    fileprivate func contains(_ other: CohortMatch) -> Bool {
        zip(self.demands, other.demands).allSatisfy { outer, inner in
            outer.map { outer in inner?.isSubset(of: outer) ?? false } ?? true
        }
    }

    /// Whether no grant fits both: of an attribute that a grant has once, they ask for different values.
    fileprivate func isApart(from other: CohortMatch) -> Bool {
        Set(self.intent).isApart(from: Set(other.intent)) || Set(self.population).isApart(from: Set(other.population))
            || Set(self.exposure).isApart(from: Set(other.exposure))
            || Set(self.organisation).isApart(from: Set(other.organisation))
            || Set(self.filterProfile).isApart(from: Set(other.filterProfile))
    }
}

extension Set {
    /// Whether both ask for something, and for nothing in common.
    fileprivate func isApart(from other: Set) -> Bool {
        !self.isEmpty && !other.isEmpty && self.isDisjoint(with: other)
    }
}

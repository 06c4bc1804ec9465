import ReleaseModel
import SluiceTesting
import StageControl

/// Plans at random: well-formed, and for the rest as odd as they come.
struct RandomPlan {
    var generator: SeededGenerator

    mutating func plan() -> ReleasePlan {
        let cohorts = self.names(1...4).map { Cohort(name: $0, membership: self.membership()) }
        let metrics = self.names(0...4).map { self.metric(named: $0) }
        let stages = self.names(1...4).map { self.stage(named: $0, cohorts.map(\.name), metrics.map(\.name)) }
        let labels = self.names(0...2).map { ($0, "a \"label\" – \($0)") }
        return ReleasePlan(
            metadata: .init(name: self.name(), labels: Dictionary(labels, uniquingKeysWith: { first, _ in first })),
            spec: .init(
                model: self.name(), candidate: self.name(), baseline: self.maybe { $0.name() },
                owner: self.maybe { $0.name() }, revisionHistoryLimit: self.count(1...1_000),
                progressDeadline: self.span(), errorBudget: self.errorBudget(), bucketing: self.bucketing(),
                evaluation: self.evaluation(), cohorts: cohorts, traffic: self.traffic(stages.map(\.name)),
                metrics: metrics, stages: stages, rollback: self.rollback(), overrides: self.overrides()))
    }

    // MARK: Parts of a plan

    private mutating func errorBudget() -> PlanErrorBudget {
        PlanErrorBudget(
            falseAdvance: self.amount(), falseRollback: self.amount(), restarts: .init(reserve: self.amount()))
    }

    private mutating func bucketing() -> PlanBucketing {
        PlanBucketing(
            unit: self.one(), algorithm: self.one(), resolution: self.count(100...1_000_000),
            seedCommitment: self.maybe { $0.digest() })
    }

    private mutating func evaluation() -> Evaluation {
        let windows = self.list(0...2) { random in
            ChangeWindow(
                days: random.some(), from: ClockTime(minutes: random.count(0...1_440)),
                to: ClockTime(minutes: random.count(0...1_440)), timeZone: random.zone())
        }
        return Evaluation(
            interval: TimeSpan(self.count(1...90), self.one()), watermarkLag: self.span(), timeZone: self.zone(),
            changeWindows: Array(Set(windows)))
    }

    private mutating func membership() -> Cohort.Membership {
        switch self.count(0...3) {
        case 0: .applications(Array(Set(self.list(0...3) { $0.application() })).sorted())
        case 1:
            .match(
                CohortMatch(
                    intent: self.some(), population: self.some(), modality: self.some(), exposure: self.some(),
                    entitlement: self.some(), region: self.names(0...2), use: self.names(0...2)))
        case 2: .percentage(self.weight())
        default: .lottery(.init(places: self.count(1...10_000), seedCommitment: self.maybe { $0.digest() }))
        }
    }

    private mutating func traffic(_ stages: [Name]) -> Traffic {
        var units: [ExposureUnit: Traffic.Expected] = [:]
        for unit in self.some(ExposureUnit.self) {
            let known = stages.filter { _ in self.generator.oneIn(2) }.map { ($0, self.amount()) }
            units[unit] = .init(
                atFullWeight: self.maybe { $0.amount() },
                stages: Dictionary(known, uniquingKeysWith: { first, _ in first }))
        }
        return Traffic(units)
    }

    private mutating func metric(named name: Name) -> PlanMetric {
        let (type, source) = self.source()
        let action = self.one(Reaction.self)
        let after = self.span()
        return PlanMetric(
            name: name, kind: self.one(), type: type, source: source, exposure: self.one(),
            influenceCap: self.maybe { InfluenceCap(per: $0.one(), events: $0.count(1...9), window: $0.span()) },
            reportingDelay: self.maybe { PlanReportingDelay(p50: $0.span(), p90: $0.span(), p99: $0.span()) },
            detection: self.maybe {
                Detection(probeSet: $0.name(), minRecall: $0.amount(), confidence: $0.amount())
            }, rules: self.rules(),
            harmBudget: self.maybe { PlanHarmBudget(expectedPerStage: $0.amount(), cohortShift: $0.amount()) },
            onNoData: NoDataPolicy(
                after: after, action: action, escalateAfter: max(after, self.span()),
                escalateAction: max(action, self.one())),
            onError: ErrorPolicy(consecutiveErrorLimit: self.count(0...1_000), action: self.one()))
    }

    private mutating func source() -> (PlanMetric.Measure, MetricSource) {
        switch self.count(0...3) {
        case 0: (.eventRate, .incidents(.init(minSeverity: self.one(), attributable: self.generator.oneIn(2))))
        case 1:
            (self.one(of: [.eventRate, .proportion]), .gateway(.counter(self.one(), category: Set(self.names(0...3)))))
        case 2: (.exceedance, .gateway(.histogram(self.one(), threshold: self.span())))
        default: (.boundedMean, .gateway(.mean(self.one(), cap: self.amount())))
        }
    }

    private mutating func rules() -> MetricRules {
        MetricRules(
            advance: self.maybe { AdvanceRule(test: $0.one(), bound: $0.amount()) },
            rollback: self.maybe {
                RollbackRule(
                    test: $0.one(), bound: $0.amount(), weight: $0.amount(),
                    action: $0.one(of: [.stepBack, .rollback, .halt]))
            }, hold: self.maybe { HoldRule(test: $0.one(), bound: $0.amount(), weight: $0.amount()) },
            tripwire: self.maybe { random in
                Tripwire(where: random.maybe { $0.filter() }, count: random.count(1...5), action: random.one())
            })
    }

    private mutating func filter() -> EventFilter {
        EventFilter(
            self.list(1...3) { random in
                switch random.count(0...2) {
                case 0: .severityIs(random.one())
                case 1: .severityAtLeast(random.one())
                default: .categoryIs(random.name())
                }
            })
    }

    private mutating func stage(named name: Name, _ cohorts: [Name], _ metrics: [Name]) -> Stage {
        let watched = metrics.shuffled(using: &self.generator)
        let least = self.span()
        return Stage(
            name: name, level: self.one(), owner: self.maybe { $0.name() }, audience: self.audience(of: cohorts),
            setWeight: self.weight(), caps: self.caps(),
            components: Array(
                Set(self.list(0...2) { StageComponent(kind: $0.one(), version: $0.name(), audience: $0.one()) })),
            gates: self.names(0...2).map { Gate(evidence: $0, status: self.one(), maxAge: self.maybe { $0.span() }) },
            requiresApproval: self.maybe { ApprovalRequirement(roles: $0.some(), distinct: $0.count(1...4)) },
            companions: self.names(0...2).map { Companion(control: $0, holdAfter: self.span()) },
            analysis: Analysis(
                metrics: Array(watched.prefix(2)), guards: Array(watched.dropFirst(2)),
                minExposure: self.count(0...100_000), initialDelay: self.span()),
            evidence: StageEvidence(carryOver: self.generator.oneIn(2) ? .nothing : .sameCohort),
            strata: self.some(Stratum.Dimension.self).map {
                Stratum(
                    dimension: $0, header: self.maybe { _ in HeaderName("x-part") }.flatMap(\.self),
                    quotas: [self.name(): self.count()])
            },
            exposureBudget: self.maybe { ExposureBudget(initial: $0.count(1...9_999), growth: $0.one()) },
            bake: self.maybe { random in
                Bake(
                    min: least, max: random.maybe { max(least, $0.span()) }, cover: random.maybe { $0.one() })
            },
            watch: self.maybe { random in
                Watch(
                    for: random.span(), drift: random.maybe { Watch.Drift(arl: $0.amount(), unit: $0.one()) })
            })
    }

    private mutating func audience(of cohorts: [Name]) -> StageAudience {
        let named = cohorts.shuffled(using: &self.generator).prefix(self.count(1...cohorts.count))
        return StageAudience(
            cohorts: Array(named), applications: self.maybe { .init(max: $0.count(1...9)) },
            people: self.maybe { .init(max: $0.count(1...9)) }, invitationsPerWeek: self.maybe { $0.count(1...9) })
    }

    private mutating func caps() -> StageCaps {
        StageCaps(
            requestsPerMinutePerApp: self.maybe { $0.count(1...99) },
            tokensPerMinutePerApp: self.maybe { $0.count(1...99) }, concurrencyPerApp: self.maybe { $0.count(1...99) },
            outputTokensPerRequest: self.maybe { $0.count(1...99) }, requestsPerDay: self.maybe { $0.count(1...99) })
    }

    private mutating func rollback() -> RollbackPolicy {
        let severities = self.some(Severity.self).map { ($0, self.one(RollbackTarget.self)) }
        return RollbackPolicy(
            target: self.one(), severityTarget: Dictionary(severities, uniquingKeysWith: { first, _ in first }),
            inFlight: .init(critical: self.one(), default: self.one(), drainTimeout: self.span()),
            coolDown: self.span(), maxAutomaticRollbacks: self.count(0...100),
            drill: .init(every: self.span(), p99: self.span()))
    }

    private mutating func overrides() -> Overrides {
        Overrides(
            riskIncreasing: .init(
                approvers: self.count(1...9), roles: self.some(), reason: self.one(), expires: self.span(),
                boundToEvidence: self.generator.oneIn(2)), riskReducing: .init(approvers: self.count(0...9)))
    }

    // MARK: Values

    private mutating func count(_ range: ClosedRange<Int> = 0...1_000) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    private mutating func amount() -> Double {
        switch self.count(0...3) {
        case 0: Double(self.count())
        case 1: Double.random(in: 0...1, using: &self.generator)
        case 2: Double(self.count(1...99)) * 1e-6
        default: Double.random(in: 0...1e12, using: &self.generator)
        }
    }

    private mutating func span() -> TimeSpan {
        self.generator.oneIn(3)
            ? TimeSpan(milliseconds: Int64(self.count(0...100_000_000))) : TimeSpan(self.count(0...60), self.one())
    }

    private mutating func weight() -> Share { Share(millionths: self.count(0...1_000_000)) }

    private mutating func digest() -> ContentDigest {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &self.generator) }
        return ContentDigest(bytes: bytes) ?? self.digest()
    }

    private mutating func application() -> ApplicationID {
        ApplicationID(at: Timestamp(milliseconds: 1_760_000_000_000), using: &self.generator)
    }

    private mutating func zone() -> TimeZoneName {
        self.generator.oneIn(2) ? .utc : TimeZoneName("America/Argentina/Buenos_Aires") ?? .utc
    }

    private mutating func name() -> Name {
        let letters = Array("abcXYZ019._-:/")
        let text = (0..<self.count(1...9)).map { _ in letters[self.count(0...(letters.count - 1))] }
        return Name("n" + String(text)) ?? self.name()
    }

    private mutating func names(_ range: ClosedRange<Int>) -> [Name] {
        Array(Set(self.list(range) { $0.name() }))
    }

    private mutating func list<Element>(
        _ range: ClosedRange<Int>, _ element: (inout Self) -> Element
    ) -> [Element] {
        (0..<self.count(range)).map { _ in element(&self) }
    }

    private mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? {
        self.generator.oneIn(2) ? nil : value(&self)
    }

    private mutating func one<Value: CaseIterable>(_ type: Value.Type = Value.self) -> Value {
        self.one(of: Array(Value.allCases))
    }

    private mutating func one<Value>(of values: [Value]) -> Value { values[self.count(0...(values.count - 1))] }

    private mutating func some<Value: CaseIterable>(_ type: Value.Type = Value.self) -> [Value] {
        Value.allCases.filter { _ in self.generator.oneIn(2) }
    }
}

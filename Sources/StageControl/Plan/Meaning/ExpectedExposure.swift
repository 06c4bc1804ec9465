import SequentialTests

/// How much exposure the authors of a plan can expect to count.
extension ReleasePlan.Spec {
    /// The most exposure of a metric that can count in a stage each day, at the use that is expected; nil if nothing
    /// says how much that is. `index` is a place in ``stages``.
    ///
    /// It is the use that is expected, less what can never count: what is beyond the stage's caps, and of each actor
    /// what is beyond the metric's influence cap.
    ///
    /// - Parameter traffic: the use that is expected, in place of the plan's own.
    public func perDay(of metric: PlanMetric, inStage index: Int, expecting traffic: Traffic? = nil) -> Double? {
        let (stage, traffic) = (self.stages[index], traffic ?? self.traffic)
        let isRequests = metric.exposure == .requests
        let daily = isRequests ? stage.caps.requestsPerDay.map { Double($0) } : nil
        guard let expected = traffic.perDay(metric.exposure, in: stage) ?? daily else { return nil }
        let minutely = isRequests ? stage.caps.requestsPerMinutePerApp : nil
        let ofApplications = minutely.flatMap { most in
            self.mostServed(.application, inStage: index).map { $0 * Double(most) * 1_440 }
        }
        let bounds = [daily, ofApplications].compactMap(\.self) + self.countedOfActors(metric, inStage: index, traffic)
        return bounds.reduce(expected, min)
    }

    /// Whether a metric counts each actor only so often in a stage, and nothing says how many there will be: then
    /// ``perDay(of:inStage:expecting:)`` takes every use for another actor's, which is more than will count.
    public func missesActors(of metric: PlanMetric, inStage index: Int, expecting traffic: Traffic? = nil) -> Bool {
        metric.countsOfActor(self.bucketing) != nil
            && self.countedOfActors(metric, inStage: index, traffic ?? self.traffic).isEmpty
    }

    /// What the actors that there can be, and those that are expected, let count each day.
    private func countedOfActors(_ metric: PlanMetric, inStage index: Int, _ traffic: Traffic) -> [Double] {
        guard let counts = metric.countsOfActor(self.bucketing) else { return [] }
        let windows = 1 / max(counts.window, TimeSpan(1, .minute)).days
        let most = self.mostServed(counts.per, inStage: index).map { $0 * Double(counts.events) * windows }
        // In a window longer than a day, each actor was there on a day at least; in a shorter one, at most in all.
        let expected = traffic.perDay(.accountDays, in: self.stages[index]).map {
            $0 * Double(counts.events) * max(1, windows)
        }
        return [most, expected].compactMap(\.self)
    }

    /// The exposure of a metric that counts by a day of a stage: over its run of evidence, and only as far as it is
    /// reported by then. Nil if nobody knows how much use to expect.
    ///
    /// - Parameter earlier: how many days each earlier stage of the run had.
    func exposure(
        of metric: PlanMetric, inStage index: Int, days: Double, earlier: (Stage) -> Double
    ) -> Double? {
        var (sum, elapsed) = (0.0, 0.0)
        for number in self.evidence(inStage: index).reversed() {
            let stage = self.stages[number]
            let lasting = number == index ? days : earlier(stage)
            let reported = metric.reportedDays(from: elapsed, to: elapsed + lasting)
            elapsed += lasting
            let budget = metric.exposure == .requests ? stage.fixedBudget : nil
            if let perDay = self.perDay(of: metric, inStage: number) {
                sum += min(perDay * reported, budget ?? .infinity)
            } else if let budget {
                sum += lasting > 0 ? budget : 0
            } else {
                return nil
            }
        }
        return sum
    }

    /// The longest that a stage may last: its longest bake time, or the progress deadline.
    public func mostTime(of stage: Stage) -> TimeSpan { stage.bake?.max ?? self.progressDeadline }
}

extension Stage {
    /// The most requests that the stage may have, if its budget does not grow.
    fileprivate var fixedBudget: Double? {
        guard let budget = self.exposureBudget, budget.growth == .fixed else { return nil }
        return Double(budget.initial)
    }
}

extension PlanMetric {
    /// How much exposure of one actor counts in a window; nil if all of it does. Of days, and of a mean, one each day.
    fileprivate func countsOfActor(_ bucketing: PlanBucketing) -> InfluenceCap? {
        guard self.exposure != .accountDays, self.type != .boundedMean else {
            return InfluenceCap(per: self.influenceCap?.per ?? bucketing.unit)
        }
        return self.influenceCap
    }

    /// Of exposure at an even pace whose ages fill this range of days, the days' worth that has been reported: the
    /// integral of the delay's envelope. All of it where there is no envelope, which another rule objects to.
    fileprivate func reportedDays(from youngest: Double, to oldest: Double) -> Double {
        guard let delay = self.reportingDelay, let curve = try? delay.envelope() else { return oldest - youngest }
        var (sum, before) = (0.0, 0.0)
        for step in curve.steps {
            sum += (step.share - before) * (max(0, oldest - step.age) - max(0, youngest - step.age))
            before = step.share
        }
        return sum
    }
}

import StageControl

extension Observations {
    /// Observations after `start` and before `end`, with the clock of `end`, as if everything bad had come at once and
    /// everything good had not come yet: no look in between shows more harm.
    static func worst(from start: Observations, to end: Observations) -> Observations {
        var worst = end
        for index in end.metrics.indices {
            let (early, late) = (start.metrics[index], end.metrics[index])
            // There is no event without its exposure.
            let added = min(max(0, late.events - early.events), late.exposure - early.exposure)
            worst.metrics[index].exposure = early.exposure + added
            if !late.days.isEmpty {
                worst.metrics[index].days = late.days.prefix(0) + early.days
                worst.metrics[index].add(added, onDay: late.days.last?.day ?? 0)
            }
            for place in late.splits.indices {
                worst.metrics[index].splits[place].baseline =
                    early.splits.indices.contains(place) ? early.splits[place].baseline : 0
            }
        }
        return worst
    }

    /// The other extreme: everything good has come, and nothing bad.
    static func best(from start: Observations, to end: Observations) -> Observations {
        var best = end
        for index in end.metrics.indices {
            let early = start.metrics[index]
            best.metrics[index].events = early.events
            best.metrics[index].tripped = early.tripped
            for place in best.metrics[index].splits.indices {
                best.metrics[index].splits[place].candidate =
                    early.splits.indices.contains(place) ? early.splits[place].candidate : 0
            }
        }
        return best
    }
}

extension MetricObservation {
    fileprivate mutating func add(_ exposure: Int, onDay day: Int) {
        guard exposure > 0 else { return }
        if self.days.last?.day == day {
            self.days[self.days.count - 1].exposure += exposure
        } else {
            self.days.append(DayExposure(day: day, exposure: exposure))
        }
    }
}

import ReleaseModel
import SequentialTests

extension Rollout {
    /// Why nothing opens now. Only what opens waits for any of it.
    func obstacles(_ judgements: [MetricJudgement], _ seen: Observations, isHeld: Bool, ran: Int64) -> [Obstacle] {
        var obstacles: [Obstacle] = self.heldBy == nil ? [] : [.personHold]
        switch self.standing {
        case .scheduled(let notBefore):
            if seen.clock.wall < notBefore { obstacles.append(.notBefore) }
            if !self.isSigned(.openPlan) { obstacles.append(.approval) }
            obstacles += self.obstacles(toOpening: 0, seen)
        case .active:
            guard let stage else { break }
            obstacles += isHeld ? [.held] : []
            obstacles += self.obstacles(toLeaving: stage, judgements, seen, ran)
            if self.spec.stages.indices.contains(stage + 1) {
                obstacles += self.obstacles(toOpening: stage + 1, seen)
                let isSigned = !self.asksForPeople(stage + 1) || self.isSigned(.openStage(stage + 1))
                if !isSigned { obstacles.append(.approval) }
            }
        case .watching:
            obstacles += isHeld ? [.held] : []
            guard let stage, let watch = self.spec.stages[stage].watch else { break }
            let least = max(watch.for.milliseconds, self.spec.stages[stage].bake?.required ?? 0)
            if ran < least { obstacles.append(.watch) }
        case .rolledBack: obstacles += self.obstaclesToRestart(seen)
        default: break
        }
        return obstacles
    }

    /// What a stage itself must have shown.
    private func obstacles(
        toLeaving stage: Int, _ judgements: [MetricJudgement], _ seen: Observations, _ ran: Int64
    ) -> [Obstacle] {
        var obstacles: [Obstacle] = self.isPrepared(seen) ? [] : [.preparing]
        if ran < self.spec.stages[stage].bake?.required ?? 0 { obstacles.append(.bake) }
        for judgement in judgements where judgement.tests.mustPass {
            if judgement.health.state != .sound { obstacles.append(.unknown(metric: judgement.tests.index)) }
            let mustShow = judgement.tests.metric.rules.advance != nil
            if mustShow, judgement.verdict(.advance) != .pass { obstacles.append(.rule(metric: judgement.tests.index)) }
        }
        for stratum in self.strata(of: stage, seen) where stratum.verdict != .pass {
            obstacles.append(.stratum(dimension: stratum.dimension.rawValue, part: stratum.part))
        }
        return obstacles
    }

    /// What an opening asks for besides: evidence, hours, a way back that works, and error rates that are left.
    private func obstacles(toOpening stage: Int, _ seen: Observations) -> [Obstacle] {
        var obstacles = self.spec.stages[stage].gates.filter { !seen.meets($0) }.map { Obstacle.gate($0.evidence) }
        if !self.isInWindow(seen) { obstacles.append(.window) }
        if !self.isRehearsed(seen) { obstacles.append(.drill) }
        if self.begins(stage), !self.canSpend(self.start(ofStage: stage)) { obstacles.append(.errorBudget) }
        return obstacles
    }

    private func obstaclesToRestart(_ seen: Observations) -> [Obstacle] {
        var obstacles: [Obstacle] = self.restart == .nobody ? [.approval] : []
        let coolDown = self.spec.rollback.coolDown.milliseconds
        if seen.clock.wall.since(self.stageOpened) < coolDown { obstacles.append(.coolDown) }
        if !self.canRestart { obstacles.append(.errorBudget) }
        // In the stage that is open nothing opens; where none is, the first does.
        guard let stage else { return obstacles + self.obstacles(toOpening: 0, seen).filter { $0 != .errorBudget } }
        return obstacles + self.spec.stages[stage].gates.filter { !seen.meets($0) }.map { .gate($0.evidence) }
    }

    // MARK: What is asked

    /// Whether evidence begins anew in a stage, and is paid for.
    private func begins(_ stage: Int) -> Bool {
        self.isWatched(stage) && (stage == 0 || self.spec.stages[stage].evidence.carryOver == .nothing)
    }

    /// Whether every gateway has confirmed the stage. Without any, nobody has.
    private func isPrepared(_ seen: Observations) -> Bool {
        !seen.gateways.isEmpty && seen.gateways.allSatisfy { $0.generation >= self.openedGeneration }
    }

    /// Whether it is within a change window. A zone of which nobody says how far it is from UTC has no window.
    private func isInWindow(_ seen: Observations) -> Bool {
        let windows = self.spec.evaluation.changeWindows
        return windows.isEmpty
            || windows.contains { window in
                let isUTC = window.timeZone == .utc
                let offset = seen.zones.first { $0.zone == window.timeZone.description }?.minutes ?? (isUTC ? 0 : nil)
                guard let offset, abs(offset) <= 24 * 60 else { return false }
                let (day, time) = seen.clock.wall.local(minutesFromUTC: offset)
                return window.contains(day, time)
            }
    }

    /// Whether a rollback was rehearsed lately, and was fast.
    private func isRehearsed(_ seen: Observations) -> Bool {
        guard let drill = seen.drill else { return false }
        let age = seen.clock.wall.since(drill.at)
        let policy = self.spec.rollback.drill
        return age >= -MetricTests.clockSkew && age <= policy.every.milliseconds && drill.p99 >= 0
            && drill.p99 <= policy.p99.milliseconds
    }
}

extension Bake {
    /// Milliseconds that a stage runs at least: the least time, and whole parts of the calendar only.
    var required: Int64 {
        guard let part = self.cover?.least.milliseconds else { return self.min.milliseconds }
        return (Swift.max(self.min.milliseconds, 1) + part - 1) / part * part
    }
}

extension Timestamp {
    /// The day of the week and the time on a clock so many minutes ahead of UTC.
    func local(minutesFromUTC offset: Int) -> (DayOfWeek, ClockTime) {
        let (minute, day) = (Int64(60_000), Int64(86_400_000))
        let local = self.advanced(milliseconds: Int64(offset) * minute).milliseconds
        let inDay = (local % day + day) % day
        // 1970-01-01 was a Thursday, three days after a Monday.
        let number = ((local - inDay) / day % 7 + 7 + 3) % 7
        return (DayOfWeek.allCases[Int(number)], ClockTime(minutes: Int(inDay / minute)))
    }
}

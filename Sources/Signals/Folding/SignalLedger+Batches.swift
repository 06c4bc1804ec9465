public import ReleaseModel
import StageControl

extension SignalLedger {
    /// Takes a batch in. One that has come before changes nothing. One that is ahead of another counts at once, and the
    /// watermark waits.
    ///
    /// Throws everything that is wrong with it; nothing of it then counts, and the gateway's refusals are counted until
    /// it sends a batch that is right.
    public mutating func take(_ batch: SignalBatch, at now: Timestamp) throws(BatchFaults) -> BatchReceipt {
        self.take(try self.check(batch, at: now))
    }

    /// A batch that a ledger has nothing against, as it stood when it was asked.
    public struct CheckedBatch {
        fileprivate let batch: SignalBatch
    }

    /// Asks what is wrong with a batch, before it is kept somewhere and taken in. Throws all of it, as
    /// ``take(_:at:)`` does.
    public mutating func check(_ batch: SignalBatch, at now: Timestamp) throws(BatchFaults) -> CheckedBatch {
        var faults = self.faults(batch, at: now)
        if faults.isEmpty, let stream = self.gateways[batch.gateway], !stream.isKnown(batch),
            let fault = stream.fault(batch)
        {
            faults = [fault]
        }
        guard faults.isEmpty else {
            self.gateways[batch.gateway]?.refusals += 1
            throw BatchFaults(faults: faults)
        }
        return CheckedBatch(batch: batch)
    }

    /// Takes in what this ledger has just checked.
    public mutating func take(_ checked: CheckedBatch) -> BatchReceipt {
        let batch = checked.batch
        guard var stream = self.gateways[batch.gateway], !stream.isKnown(batch) else { return .known }
        self.fold(batch)
        stream.take(batch)
        self.gateways[batch.gateway] = stream
        self.raiseWatermark()
        guard let missing = stream.missing, missing.from < batch.from else { return .counted }
        return .ahead(missing: MissingStretch(gateway: batch.gateway, from: missing.from, to: missing.to))
    }

    private func faults(_ batch: SignalBatch, at now: Timestamp) -> [BatchFault] {
        var faults: [BatchFault] = []
        if batch.rollout != self.rollout { faults.append(.anotherRollout(batch.rollout)) }
        if batch.plan != self.layout.plan { faults.append(.anotherPlan(batch.plan)) }
        if self.gateways[batch.gateway] == nil { faults.append(.unknownGateway(batch.gateway)) }
        for (name, number) in [("boot", batch.boot), ("sequence", batch.sequence)]
        where !(0...SignalLimits.count ~= number) {
            faults.append(.impossibleCount(field: name))
        }
        if batch.to <= batch.from { faults.append(.noTime) }
        let ahead = batch.to.since(now)
        if ahead > SignalLimits.clockTolerance { faults.append(.fromFuture(milliseconds: ahead)) }
        if batch.plan == self.layout.plan { faults += batch.content.faults(layout: self.layout) }
        faults += self.placeFaults(batch)
        var listed: [BatchFault] = []
        for fault in faults where listed.count < DocumentFaults.most && !listed.contains(fault) { listed.append(fault) }
        return listed
    }

    /// What is wrong with the stages and slots that are named.
    private func placeFaults(_ batch: SignalBatch) -> [BatchFault] {
        var faults: Set<BatchFault> = []
        let end = batch.to.advanced(milliseconds: SignalLimits.clockTolerance)
        let slots = 0...max(0, self.layout.slot(of: end))
        for (key, counts) in batch.content.cells {
            guard let opened = self.opened(epoch: key.epoch, stage: key.stage) else {
                faults.insert(.unknownStage(epoch: key.epoch, stage: key.stage))
                continue
            }
            guard slots.contains(key.slot) else {
                faults.insert(.slotOutside(slot: key.slot))
                continue
            }
            let over = self.layout.milliseconds(of: key.slot).upperBound + SignalLimits.clockTolerance
            if over <= opened.milliseconds {
                faults.insert(.beforeStage(epoch: key.epoch, stage: key.stage, slot: key.slot))
            }
            if over <= batch.from.milliseconds, counts.admitted > 0 || counts.downloads > 0 {
                faults.insert(.slotOutside(slot: key.slot))
            }
        }
        for panel in batch.content.histograms.keys where self.opened(epoch: panel.epoch, stage: panel.stage) == nil {
            faults.insert(.unknownStage(epoch: panel.epoch, stage: panel.stage))
        }
        return faults.sorted { $0.description < $1.description }
    }

    private func opened(epoch: Int, stage: Int) -> Timestamp? {
        self.openings.first { $0.epoch == epoch && $0.stage == stage }?.at
    }

    private mutating func fold(_ batch: SignalBatch) {
        // Nobody knows which requests they were, so no epoch of the batch's time is whole.
        for epoch in Set([batch.from, batch.to].compactMap { self.epoch(at: $0) }) {
            self.epochs[epoch]?.leaveOut(batch.content.uncounted)
        }
        let known = max(batch.from, self.watermark)
        for (epoch, cells) in Dictionary(grouping: batch.content.cells, by: { $0.key.epoch }) {
            // Taken out, so that it is not looked up and put back for each of a thousand cells.
            guard var tally = self.epochs.removeValue(forKey: epoch) else { continue }
            for (key, counts) in cells { tally.add(key, counts, unit: self.layout.unit) }
            self.epochs[epoch] = tally
            let starts = cells.map { self.layout.milliseconds(of: $0.key.slot).lowerBound }
            self.change(epoch) { rule, tally, room in
                for (cell, start) in zip(cells, starts) {
                    tally.add(cell.key, cell.value, at: start, rule, known: known, room: &room)
                }
            }
        }
        for (panel, histograms) in batch.content.histograms {
            self.epochs[panel.epoch]?.add(histograms, to: panel)
        }
    }

    /// Changes what each metric has counted in an epoch. What finds no room is told as left out there.
    mutating func change(
        _ epoch: Int, _ body: (MetricRule, inout MetricTally, inout ActorRoom) -> Void
    ) {
        guard self.epochs[epoch] != nil else { return }
        var room = self.room
        for (index, rule) in self.rules.enumerated() {
            self.epochs[epoch]?.change(index) { body(rule, &$0, &room) }
        }
        self.epochs[epoch]?.leaveOut(room.refused - self.room.refused)
        self.room = room
    }
}

import Arms
import ReleaseModel
import StageControl
public import StrictJSON

/// A batch as a document. Whole numbers are written in digits, zeros and what is usual are left out, and cells stand in
/// the order of their keys; so equal batches are equal bytes in their canonical form.
extension SignalBatch {
    /// The version of the form.
    public static let formVersion: Int64 = 1

    private static let fields = [
        "v", "rollout", "plan", "gateway", "boot", "sequence", "from", "to", "last", "uncounted", "cells", "histograms",
    ]
    private static let cellFields =
        ["epoch", "stage", "share", "arm", "settling", "stratum", "application", "account", "slot", "exceeding"]
        + SignalCounts.Field.allCases.map(\.name)

    /// The document in its canonical form. One comes each second, with a cell for each end user of that second, so no
    /// tree of values is made of it.
    public var canonical: [UInt8] {
        var writer = CanonicalWriter(capacity: 512 + 256 * self.content.cells.count)
        writer.object { batch in
            batch.name("boot")
            batch.integer(Int64(self.boot))
            self.writeCells(to: &batch)
            batch.name("from")
            batch.integer(self.from.milliseconds)
            batch.name("gateway")
            batch.string(self.gateway.text)
            self.writeHistograms(to: &batch)
            if self.isLast {
                batch.name("last")
                batch.yes()
            }
            batch.name("plan")
            batch.string(self.plan.description)
            batch.name("rollout")
            batch.string(self.rollout.description)
            batch.name("sequence")
            batch.integer(Int64(self.sequence))
            batch.name("to")
            batch.integer(self.to.milliseconds)
            if self.content.uncounted > 0 {
                batch.name("uncounted")
                batch.integer(Int64(self.content.uncounted))
            }
            batch.name("v")
            batch.integer(Self.formVersion)
        }
        return writer.bytes
    }

    private func writeCells(to batch: inout CanonicalWriter) {
        guard !self.content.cells.isEmpty else { return }
        batch.name("cells")
        batch.array { cells in
            // Neighbours are mostly of one application.
            var application: (id: ApplicationID, text: String)?
            for key in self.content.cells.keys.sorted() {
                guard let counts = self.content.cells[key] else { continue }
                if application?.id != key.application { application = (key.application, "\(key.application)") }
                Self.write(key, of: application?.text ?? "", counts, to: &cells)
            }
        }
    }

    private static func write(
        _ key: SignalKey, of application: String, _ counts: SignalCounts, to cells: inout CanonicalWriter
    ) {
        cells.object { cell in
            func count(_ name: StaticString, _ count: Int) {
                guard count != 0 else { return }
                cell.name(name)
                cell.integer(Int64(count))
            }
            func place(_ name: StaticString, _ place: Int64) {
                cell.name(name)
                cell.integer(place)
            }
            if let account = key.account {
                cell.name("account")
                cell.string(account.description)
            }
            count("admitted", counts.admitted)
            cell.name("application")
            cell.string(application)
            cell.name("arm")
            cell.string(key.arm.rawValue)
            count("downloads", counts.downloads)
            count("ended", counts.ended)
            place("epoch", Int64(key.epoch))
            if counts.exceedances.contains(where: { $0 != Exceedance() }) {
                cell.name("exceeding")
                cell.array { pairs in
                    for exceedance in counts.exceedances {
                        Self.write(Int64(exceedance.exceeding), Int64(exceedance.measured), to: &pairs)
                    }
                }
            }
            count("failed", counts.failed)
            count("output_tokens", counts.outputTokens)
            count("prompt_tokens", counts.promptTokens)
            count("refused", counts.refused)
            if key.isSettling {
                cell.name("settling")
                cell.yes()
            }
            place("share", Int64(key.share))
            place("slot", key.slot)
            place("stage", Int64(key.stage))
            count("stratum", key.stratum)
            count("truncated", counts.truncated)
        }
    }

    private func writeHistograms(to batch: inout CanonicalWriter) {
        guard !self.content.histograms.isEmpty else { return }
        batch.name("histograms")
        batch.array { histograms in
            for (panel, named) in self.content.histograms.sorted(by: { $0.key < $1.key }) {
                for (name, histogram) in named.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    Self.write(panel, name, histogram, to: &histograms)
                }
            }
        }
    }

    private static func write(
        _ panel: SignalPanel, _ name: GatewaySource.Histogram, _ histogram: LatencyHistogram,
        to histograms: inout CanonicalWriter
    ) {
        histograms.object { element in
            element.name("arm")
            element.string(panel.arm.rawValue)
            element.name("buckets")
            element.array { pairs in
                for (bucket, count) in histogram.buckets.sorted(by: { $0.key < $1.key }) {
                    Self.write(Int64(bucket), Int64(count), to: &pairs)
                }
            }
            element.name("count")
            element.integer(Int64(histogram.count))
            element.name("epoch")
            element.integer(Int64(panel.epoch))
            element.name("histogram")
            element.string(name.rawValue)
            element.name("stage")
            element.integer(Int64(panel.stage))
        }
    }

    private static func write(_ first: Int64, _ second: Int64, to pairs: inout CanonicalWriter) {
        pairs.array { pair in
            pair.integer(first)
            pair.integer(second)
        }
    }
}

// MARK: - Reading

extension SignalBatch {
    /// Reads a document strictly; throws everything that is wrong with its form. Whether it fits a rollout, the ledger
    /// says: ``SignalLedger/take(_:at:)``.
    public init(reading json: JSONValue, layout: SignalLayout) throws(DocumentFaults) {
        let reading = DocumentReading()
        self = try reading.finished(Self.read(json, layout, reading))
    }

    private static func read(_ json: JSONValue, _ layout: SignalLayout, _ reading: DocumentReading) -> Self? {
        guard let fields = reading.object(json, fields: Self.fields) else { return nil }
        let version = fields.integer("v", in: Self.formVersion...Self.formVersion)
        let rollout = fields.text("rollout", "the identifier of a rollout (rlt_…)") { RolloutID($0) }
        let plan = fields.text("plan", "sha256: and 64 hexadecimal digits in lower case") { ContentDigest($0) }
        let gateway = fields.text("gateway", Name.rule) { Name($0) }
        let (boot, sequence) = (fields.count("boot"), fields.count("sequence"))
        let (from, to) = (fields.integer("from"), fields.integer("to"))
        let isLast = fields.flag("last", default: false)
        let uncounted = fields.count("uncounted", default: 0)
        var content = SignalContent()
        content.uncounted = uncounted ?? 0
        Self.readCells(fields, layout, into: &content)
        Self.readHistograms(fields, into: &content)
        guard version != nil, let rollout, let plan, let gateway, let boot, let sequence, let from, let to, let isLast
        else { return nil }
        return Self(
            rollout: rollout, plan: plan, gateway: gateway, boot: boot, sequence: sequence,
            from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to), isLast: isLast, content: content)
    }

    private static func readCells(_ batch: ObjectReading, _ layout: SignalLayout, into content: inout SignalContent) {
        for (path, json) in batch.list("cells", atMost: SignalLimits.cells) ?? [] {
            guard let fields = batch.reading.object(json, at: path, fields: Self.cellFields) else { continue }
            let key = Self.readKey(fields)
            var counts = SignalCounts(thresholds: layout.thresholds.count)
            for field in SignalCounts.Field.allCases {
                counts[field] = fields.count(field.name, default: 0) ?? 0
            }
            Self.readExceedances(fields, into: &counts)
            guard let key else { continue }
            if content.cells.updateValue(counts, forKey: key) != nil {
                batch.reading.note(.invalid, path, "has the key of an earlier cell; add them up")
            }
        }
    }

    private static func readKey(_ fields: ObjectReading) -> SignalKey? {
        let (epoch, stage) = (fields.count("epoch"), fields.count("stage"))
        let share = fields.integer("share", in: 0...1_000_000)
        let arm: Arm? = fields.word("arm")
        let isSettling = fields.flag("settling", default: false)
        let stratum = fields.count("stratum", default: 0)
        let application = fields.text("application", "the identifier of an application (app_…)") { ApplicationID($0) }
        let account = fields.optionalText("account", "16 hexadecimal digits in lower case") { AccountTag($0) }
        let slot = fields.integer("slot")
        guard let epoch, let stage, let share, let arm, let isSettling, let stratum, let application, let account,
            let slot
        else { return nil }
        return SignalKey(
            epoch: epoch, stage: stage, share: Int(share), arm: arm, isSettling: isSettling, stratum: stratum,
            application: application, account: account, slot: slot)
    }

    private static func readExceedances(_ fields: ObjectReading, into counts: inout SignalCounts) {
        guard fields.members["exceeding"] != nil, let pairs = fields.list("exceeding", atMost: 64) else { return }
        guard pairs.count == counts.exceedances.count else {
            fields.note(
                .invalid, "exceeding",
                "has \(pairs.count) elements; expected one for each of \(counts.exceedances.count) thresholds"
            )
            return
        }
        for (index, (path, json)) in pairs.enumerated() {
            guard let pair = Self.pair(json, at: path, fields.reading) else { continue }
            counts.exceedances[index] = Exceedance(measured: pair.second, exceeding: pair.first)
        }
    }

    /// Two counts that stand together.
    private static func pair(
        _ json: JSONValue, at path: String, _ reading: DocumentReading
    ) -> (first: Int, second: Int)? {
        let numbers = json.arrayValue?.compactMap(\.integerValue) ?? []
        guard numbers.count == 2, json.arrayValue?.count == 2,
            numbers.allSatisfy({ 0...Int64(SignalLimits.count) ~= $0 })
        else {
            reading.note(.invalid, path, "must be two whole numbers from 0 to \(SignalLimits.count)")
            return nil
        }
        return (Int(numbers[0]), Int(numbers[1]))
    }

    private static func readHistograms(_ batch: ObjectReading, into content: inout SignalContent) {
        let names = ["epoch", "stage", "arm", "histogram", "count", "buckets"]
        for (path, json) in batch.list("histograms", atMost: SignalLimits.cells) ?? [] {
            guard let fields = batch.reading.object(json, at: path, fields: names) else { continue }
            let (epoch, stage, count) = (fields.count("epoch"), fields.count("stage"), fields.count("count"))
            let arm: Arm? = fields.word("arm")
            let name: GatewaySource.Histogram? = fields.word("histogram")
            var histogram = LatencyHistogram()
            for (path, json) in fields.list("buckets", atMost: LatencyBuckets.count) ?? [] {
                guard let pair = Self.pair(json, at: path, batch.reading) else { continue }
                guard pair.first < LatencyBuckets.count, pair.second > 0, histogram.buckets[pair.first] == nil else {
                    batch.reading.note(
                        .invalid, path,
                        "must be a bucket from 0 to \(LatencyBuckets.count - 1), named once, and a count of at least 1")
                    continue
                }
                histogram.add(pair.second, to: pair.first)
            }
            guard let epoch, let stage, let arm, let name, let count else { continue }
            if histogram.count != count {
                fields.note(.invalid, "count", "is \(count), and the buckets add up to \(histogram.count)")
            }
            let panel = SignalPanel(epoch: epoch, stage: stage, arm: arm)
            if content.histograms[panel, default: [:]].updateValue(histogram, forKey: name) != nil {
                batch.reading.note(.invalid, path, "is of an earlier element's stage, side and time; add them up")
            }
        }
    }
}

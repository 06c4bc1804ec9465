import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Signals

private let plan = layout([
    slower(.timeToFirstToken, than: 2_000, name: "ttft"), slower(.requestDuration, than: 8_000, name: "duration"),
])

extension JSONValue {
    /// The document with one member set, or taken out.
    fileprivate func setting(_ name: String, _ value: JSONValue?) -> JSONValue {
        var members = self.objectValue ?? [:]
        members[name] = value
        return .object(members)
    }
}

@Suite("A batch as a document")
struct BatchDocumentTests {
    @Test("is read back as the same batch and written as the same bytes")
    func roundTrip() {
        repeated(seeds: 150) { _, generator in
            let world = World(plan, using: &generator)
            for var batch in world.batches(of: gateways[0], using: &generator) {
                batch.isLast = generator.oneIn(2)
                batch.content.uncounted = generator.oneIn(2) ? 3 : 0
                let bytes = batch.canonical
                let document = try JSONValue(parsing: bytes)
                try #require(document.canonical == bytes, "it is canonical")
                let again = try SignalBatch(reading: document, layout: plan)
                try #require(again == batch)
                try #require(again.canonical == bytes)
            }
        }
    }

    @Test("is these bytes")
    func bytes() {
        var content = SignalContent()
        content.add(key(1, account: 255, plan), admitted: 2, ended: 1, failed: 1, plan)
        let text = String(decoding: batch(0, from: monday, to: monday + 1_000, content, plan).canonical, as: UTF8.self)
        let cell =
            #"{"account":"00000000000000ff","admitted":2,"application":"app_00000000000000000000000001","#
            + #""arm":"candidate","ended":1,"epoch":1,"failed":1,"share":10000,"slot":20500,"stage":0}"#
        let histogram =
            #"{"arm":"candidate","buckets":[[317,1]],"count":1,"epoch":1,"histogram":"request_duration","stage":0}"#
        #expect(
            text
                == #"{"boot":0,"cells":[\#(cell)],"from":1771200000000,"gateway":"gw-1","histograms":[\#(histogram)],"#
                + #""plan":"\#(plan.plan)","rollout":"\#(rollout)","sequence":0,"to":1771200001000,"v":1}"#)
    }

    @Test("is refused with every fault of its form at once")
    func faults() throws {
        let cell: JSONValue = [
            "epoch": -1, "stage": 0, "share": 1_000_001, "arm": "control", "application": "ver_1", "slot": 1.5,
            "admitted": -3, "exceeding": [[1, 2]], "account": "FF",
        ]
        let histogram: JSONValue = [
            "epoch": 1, "stage": 0, "arm": "candidate", "histogram": "request_duration", "count": 9,
            "buckets": [[1, 2], [1, 2], [99_999, 1], [3]],
        ]
        let document: JSONValue = [
            "v": 2, "rollout": "rlt", "plan": "md5:1", "gateway": "-", "sequence": "0", "from": 1, "last": 1,
            "extra": 1,
            "cells": [cell], "histograms": [histogram],
        ]
        let faults = try #require(throws: DocumentFaults.self) { try SignalBatch(reading: document, layout: plan) }
        #expect(
            Set(faults.faults.map(\.path))
                == [
                    "v", "rollout", "plan", "gateway", "boot", "sequence", "to", "last", "extra", "cells[0].epoch",
                    "cells[0].share", "cells[0].arm", "cells[0].application", "cells[0].slot", "cells[0].admitted",
                    "cells[0].exceeding", "cells[0].account", "histograms[0].count", "histograms[0].buckets[1]",
                    "histograms[0].buckets[2]", "histograms[0].buckets[3]",
                ])
        #expect(faults.faults.first { $0.path == "cells[0].arm" }?.code == .unknownWord)
        #expect(faults.faults.first { $0.path == "boot" }?.code == .missing)
        #expect(faults.faults.first { $0.path == "extra" }?.code == .unknown)
    }

    @Test("is refused with one cell or histogram twice, so that nothing is lost between two of them")
    func twice() throws {
        var content = SignalContent()
        content.add(key(1, plan), plan)
        let document = try JSONValue(parsing: batch(0, from: monday, to: monday + 1, content, plan).canonical)
        for name in ["cells", "histograms"] {
            let elements = try #require(document[name]?.arrayValue)
            let faults = try #require(throws: DocumentFaults.self) {
                try SignalBatch(reading: document.setting(name, .array(elements + elements)), layout: plan)
            }
            #expect(faults.faults.map(\.path) == ["\(name)[1]"])
        }
        #expect(throws: DocumentFaults.self) { try SignalBatch(reading: [], layout: plan) }
    }
}

@Suite("Batches")
struct BatchTests {
    @Test("that follow each other join to one, others do not")
    func joins() throws {
        var content = SignalContent()
        content.add(key(1, plan), plan)
        let first = batch(0, from: monday, to: monday + 1, content, plan)
        let second = batch(1, from: monday + 1, to: monday + 2, isLast: true, content, plan)
        let joined = try #require(first.joined(with: second))
        #expect(joined.to == monday + 2 && joined.sequence == 0 && joined.isLast)
        #expect(joined.content.cells[key(1, plan)]?.admitted == 2)
        #expect(second.joined(with: first) == nil)
        #expect(first.joined(with: batch(2, from: monday + 1, to: monday + 2, plan)) == nil)
        #expect(first.joined(with: batch(1, from: monday + 2, to: monday + 3, plan)) == nil)
        #expect(first.joined(with: batch(1, gateway: gateways[1], from: monday + 1, to: monday + 2, plan)) == nil)
    }
}

import AccessPolicy
import Crypto
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import StrictJSON
import Testing

@testable import Gateway

private let event = #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}"# + "\n\n"
/// A stream that begins and never ends.
private let endless =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    + String(event.utf8.count, radix: 16) + "\r\n\(event)\r\n"
private let plain = #"{"model":"aurora","max_tokens":10,"messages":[{"role":"user","content":"hello"}]}"#
private let streaming = plain.replacing(#""max_tokens":10"#, with: #""max_tokens":10,"stream":true"#)

@Suite("An answer of a candidate that is closed meanwhile")
struct WithdrawalTests {
    /// Asks, ends the rollout once the upstream has the request, and answers what the client got, the last entry of the
    /// access log, and how long the end took.
    private func withdrawn(
        _ inFlight: String, upstreamAnswer: String, body: String
    ) async throws -> (text: String, entry: JSONValue, took: Duration) {
        let staged = try StagedWorld(plan: #""rollback":{"inFlight":\#(inFlight)},"#)
        let upstream = try await FixedUpstream(answer: upstreamAnswer)
        var found: (String, JSONValue, Duration)?
        try await RunningGateway.with(staged.world.current, upstreamPort: upstream.port, staged: staged) { gateway in
            let key = staged.world.current.admitted.text
            async let text = gateway.chat(key, body: body, account: "user")
            try await eventually { upstream.requests.count == 1 }
            #expect(upstream.requests[0].contains("upstream-candidate"))
            let began = ContinuousClock.now
            try staged.abort()
            gateway.rules.replace(with: try staged.snapshot())
            let answer = try await text
            let took = ContinuousClock.now - began
            try await eventually { gateway.log.size == 2 }
            var entries: [JSONValue] = []
            try LogReader(directory: gateway.directory).entries(0..<gateway.log.size) { _, bytes in
                entries.append(try JSONValue(parsing: bytes))
            }
            #expect(gateway.gateway.inFlight == 0)
            found = (answer, entries[1], took)
        }
        try await upstream.close()
        return try #require(found)
    }

    @Test("ends in the stream itself where the plan cuts, and its entry says why")
    func cut() async throws {
        let (text, entry, _) = try await self.withdrawn(
            #"{"default":"cut"}"#, upstreamAnswer: endless, body: streaming)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains(#""content":"hi""#))
        #expect(text.contains(#""code":"version_withdrawn""#) && text.hasSuffix("0\r\n\r\n"))
        #expect(entry["outcome"] == "withdrawn" && entry["output"] == 1)
    }

    @Test("has the plan's time to end by itself, and then is cut")
    func drained() async throws {
        let (text, entry, took) = try await self.withdrawn(
            #"{"default":"drain","drainTimeout":"1s"}"#, upstreamAnswer: endless, body: streaming)
        #expect(text.contains(#""code":"version_withdrawn""#) && entry["outcome"] == "withdrawn")
        #expect(took >= .seconds(1))
    }

    @Test("goes on while the candidate still serves its caller, and has the drain's time from when it does not")
    func watch() throws {
        let staged = try StagedWorld(
            plan: #""rollback":{"inFlight":{"default":"drain","drainTimeout":"30s"}},"#)
        let (world, now) = (staged.world.current, Timestamp(milliseconds: StagedWorld.milliseconds()))
        let digest = try #require(ContentDigest(bytes: SHA256.hash(data: world.admitted.secretText)))
        let request = AccessRequest(
            key: PresentedKey(id: world.admitted.id, digest: digest), model: "aurora", modality: .api, account: "user")
        guard case .admitted(let admission) = try staged.snapshot().admit(request, at: now) else {
            Issue.record("the application is let in")
            return
        }
        var watch = ExposureWatch(
            try #require(admission.placement), admission, CallerMemory.Known(world.admitted.id, account: "user"))
        try staged.command(.hold(reason: "a call"))
        var isOver = watch.isOver(try staged.snapshot(), at: now, uptime: 1_000_000_000)
        #expect(!isOver && staged.rollout.enforcement.isFrozen, "a hold closes nothing")
        // Rules that nobody stands in for let nobody new in, and end nothing.
        isOver = watch.isOver(try staged.snapshot(), at: now.advanced(milliseconds: 900_000), uptime: 2_000_000_000)
        #expect(!isOver)
        try staged.abort()
        isOver = watch.isOver(try staged.snapshot(), at: now, uptime: 3_000_000_000)
        #expect(!isOver)
        isOver = watch.isOver(try staged.snapshot(), at: now, uptime: 32_999_999_999)
        #expect(!isOver)
        isOver = watch.isOver(try staged.snapshot(), at: now, uptime: 33_000_000_000)
        #expect(isOver)
    }

    @Test("ends, too, when it is its caller alone who is put out")
    func removed() throws {
        let staged = try StagedWorld(plan: #""rollback":{"inFlight":{"default":"cut"}},"#)
        let (world, now) = (staged.world.current, Timestamp(milliseconds: StagedWorld.milliseconds()))
        let digest = try #require(ContentDigest(bytes: SHA256.hash(data: world.admitted.secretText)))
        let request = AccessRequest(
            key: PresentedKey(id: world.admitted.id, digest: digest), model: "aurora", modality: .api, account: "user")
        guard case .admitted(let admission) = try staged.snapshot().admit(request, at: now) else {
            Issue.record("the application is let in")
            return
        }
        let placement = try #require(admission.placement)
        func watch(_ account: String) -> ExposureWatch {
            ExposureWatch(placement, admission, CallerMemory.Known(world.admitted.id, account: account))
        }
        var (user, other) = (watch("user"), watch("other"))
        let named = try #require(AudienceUnit(admission.application, account: "user"))
        let unit = try #require(staged.masking.masked(named))
        try staged.command(.remove(unit, reason: "abuse"))
        let snapshot = try staged.snapshot()
        let (isOver, isOtherOver) = (
            user.isOver(snapshot, at: now, uptime: 1), other.isOver(snapshot, at: now, uptime: 1)
        )
        #expect(isOver && !isOtherOver)
    }

    @Test("is an error that may be asked again, if nothing of it was sent yet")
    func unsent() async throws {
        let (text, entry, _) = try await self.withdrawn(
            #"{"default":"cut"}"#, upstreamAnswer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", body: plain)
        #expect(text.hasPrefix("HTTP/1.1 503") && text.contains(#""code":"version_withdrawn""#))
        #expect(entry["outcome"] == "withdrawn" && entry["status"] == 503)
    }
}

import NIOConcurrencyHelpers
import ReleaseModel
import Signals
import StrictJSON
import Testing

@testable import Gateway

@Suite("Feedback of an application")
struct FeedbackTests {
    private static let request = RequestID(bits: 12)

    private static func gateway(
        answering answer: FeedbackAnswer,
        _ body: (RunningGateway, TestWorld, NIOLockedValueBox<[Feedback]>) async throws
            -> Void
    ) async throws {
        let (world, heard) = (TestWorld(), NIOLockedValueBox<[Feedback]>([]))
        let upstream = try await FixedUpstream(answer: "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        try await RunningGateway.with(
            world, upstreamPort: upstream.port,
            feedback: { feedback in
                heard.withLockedValue { $0.append(feedback) }
                return answer
            },
            { try await body($0, world, heard) })
        #expect(upstream.requests.isEmpty)
        try await upstream.close()
    }

    private static func send(_ body: String, _ key: String, to gateway: RunningGateway) async throws -> String {
        // Where it is taken in is asynchronous, and other suites keep the pool busy for a while.
        try await gateway.chat(key, body: body, path: "/v1/feedback", seconds: 120)
    }

    @Test("is handed in as the caller's own, and the answer says nothing of a rollout")
    func heard() async throws {
        try await Self.gateway(answering: .heard) { gateway, world, heard in
            let text = try await Self.send(
                #"{"request":"\#(Self.request)","rating":"bad"}"#, world.waiting.text, to: gateway)
            #expect(text.hasPrefix("HTTP/1.1 202"))
            #expect(text.hasSuffix(#"{"object":"feedback","rating":"bad","request":"\#(Self.request)"}"#))
            let feedback = heard.withLockedValue { $0 }
            #expect(feedback.map(\.rating) == [.bad] && feedback.map(\.request) == [Self.request])
            #expect(feedback.first?.application == world.second)
            let rated = try await Self.send(
                #"{"request":"\#(Self.request)","rating":0.75}"#, world.waiting.text, to: gateway)
            #expect(rated.hasSuffix(#"{"object":"feedback","rating":0.75,"request":"\#(Self.request)"}"#))
            #expect(heard.withLockedValue { $0.last?.rating } == Report.Rating(0.75))
        }
    }

    @Test(
        "is answered by what became of it",
        arguments: [
            (FeedbackAnswer.unknownRequest, 404, "request_not_found"), (.tooMuch, 429, "rate_limit_exceeded"),
            (.unavailable, 503, "audit_unavailable"),
        ])
    func refused(answer: FeedbackAnswer, status: Int, code: String) async throws {
        try await Self.gateway(answering: answer) { gateway, world, _ in
            let text = try await Self.send(
                #"{"rating":"good","request":"\#(Self.request)"}"#, world.admitted.text, to: gateway)
            #expect(text.hasPrefix("HTTP/1.1 \(status)") && text.contains("\"\(code)\""), "\(text)")
        }
    }

    @Test(
        "is read strictly, and only from applications",
        arguments: [
            ("{", "invalid_json"), ("[]", "invalid_type"), ("{}", "missing_required_parameter"),
            (#"{"request":1,"rating":"bad"}"#, "invalid_type"),
            (#"{"request":"req_1","rating":"bad"}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","rating":"awful"}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","rating":1.01}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","rating":-0.1}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","rating":"0.5"}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","rating":[0.5]}"#, "invalid_type"),
            (#"{"request":"\#(Self.request)","rating":"bad","note":""}"#, "invalid_value"),
            (#"{"request":"\#(Self.request)","request":"\#(Self.request)","rating":"bad"}"#, "invalid_json"),
        ])
    func strict(body: String, code: String) async throws {
        try await Self.gateway(answering: .heard) { gateway, world, heard in
            let text = try await Self.send(body, world.admitted.text, to: gateway)
            #expect(text.hasPrefix("HTTP/1.1 400") && text.contains("\"\(code)\""), "\(text)")
            let stranger = try await Self.send(body, "slk_none", to: gateway)
            #expect(stranger.hasPrefix("HTTP/1.1 401"))
            #expect(heard.withLockedValue { $0.isEmpty })
        }
    }
}

@Suite("What end users are counted under")
struct AccountKeyTests {
    @Test("is the same after a restart, and another one elsewhere")
    func stable() {
        let (app, rollout) = (ApplicationID(bits: 1), RolloutID(bits: 2))
        let tag = AccountKey(secret: Array(0..<32)).tag("ann", of: app, in: rollout)
        #expect(AccountKey(secret: Array(0..<32)).tag("ann", of: app, in: rollout) == tag)
        let others = [
            AccountKey(secret: Array(1..<33)).tag("ann", of: app, in: rollout),
            AccountKey(secret: Array(0..<32)).tag("bob", of: app, in: rollout),
            AccountKey(secret: Array(0..<32)).tag("ann", of: ApplicationID(bits: 3), in: rollout),
            AccountKey(secret: Array(0..<32)).tag("ann", of: app, in: RolloutID(bits: 3)),
            AccountKey().tag("ann", of: app, in: rollout), AccountKey().tag("ann", of: app, in: rollout),
        ]
        #expect(Set(others + [tag]).count == 7)
    }

    @Test("is the same whether it is remembered or not, also when more were met than are remembered")
    func remembered() throws {
        let key = AccountKey(secret: Array(0..<32))
        var callers = CallerMemory(key)
        let keys = try [#require(KeyID("aaaaaaaa".utf8)), #require(KeyID("bbbbbbbb".utf8))]
        let (apps, rollouts) = (
            [ApplicationID(bits: 1), ApplicationID(bits: 2)], [RolloutID(bits: 3), RolloutID(bits: 4)]
        )
        for name in (0...CallerMemory.capacity).map({ "user-\($0)" }) + ["user-0", "user-1", "user-0"] {
            for app in apps {
                let holder = app == apps[0] ? keys[0] : keys[1]
                let known = callers.known(holder, account: name.utf8.span) ?? callers.add(holder, account: name)
                #expect(known.key == holder && known.account == name)
                let again = callers.known(holder, account: name.utf8.span)
                #expect(again === known)
                for rollout in rollouts {
                    let tag = callers.tag(of: known, of: app, in: rollout)
                    #expect(tag == key.tag(name, of: app, in: rollout))
                }
            }
        }
    }

    @Test("is not mistaken: neither a key for another, nor who names nobody, nor a name that is no text")
    func unmistaken() throws {
        var callers = CallerMemory(AccountKey())
        let (one, other) = try (#require(KeyID("aaaaaaaa".utf8)), #require(KeyID("bbbbbbbb".utf8)))
        let (nobody, empty) = (callers.add(one, account: nil), callers.add(one, account: ""))
        let (ann, elsewhere) = (callers.add(one, account: "ann"), callers.add(other, account: "ann"))
        func known(_ key: KeyID, _ account: [UInt8]) -> CallerMemory.Known? {
            callers.known(key, account: account.span)
        }
        func add(_ account: String) -> CallerMemory.Known { callers.add(one, account: account) }
        func nameless(_ key: KeyID) -> CallerMemory.Known? { callers.known(key) }
        #expect(nameless(one) === nobody && nameless(other) == nil)
        #expect(known(one, []) === empty)
        #expect(known(one, Array("ann".utf8)) === ann)
        #expect(known(other, Array("ann".utf8)) === elsewhere)
        #expect(known(other, Array("an".utf8)) == nil)
        let raw: [UInt8] = [0x61, 0xFF]
        let repaired = String(decoding: raw, as: UTF8.self)
        let odd = add(repaired)
        #expect(known(one, raw) == nil, "it is not the text that stands for it")
        #expect(add(repaired) === odd)
        callers.forget()
        #expect(nameless(one) == nil && known(one, Array("ann".utf8)) == nil)
    }
}

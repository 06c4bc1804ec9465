import AccessPolicy
import ChatWire
import NIOCore
import ReleaseModel
import Signals
import Store
import StrictJSON

extension Exchange {
    /// How much feedback of one application may be under way on one event loop.
    static let maximumFeedback = 8

    /// Takes in what an application says of one of its answers.
    ///
    /// To find the request is work for the log's reader, so it is done on no event loop, and only so much of it for one
    /// application at a time.
    func feedback(_ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        guard case .application(let application, _)? = snapshot.authenticate(key, at: self.receivedAt) else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        let feedback: Feedback
        do throws(WireError) {
            feedback = try FeedbackBody.read(self.request.body, of: application.id)
        } catch {
            return self.refuse(error)
        }
        guard self.worker.beginFeedback(of: application.id, atMost: Self.maximumFeedback) else {
            return self.refuse(Self.tooMuchFeedback, wait: 250_000_000)
        }
        self.phase = .recording
        let bound = NIOLoopBound(self, eventLoop: self.worker.loop)
        let desk = self.worker.shared.feedback
        self.worker.loop.makeFutureWithTask { await desk(feedback) }.whenComplete { result in
            bound.value.worker.endFeedback(of: feedback.application)
            bound.value.answer(feedback, (try? result.get()) ?? .unavailable)
        }
    }

    private func answer(_ feedback: Feedback, _ answer: FeedbackAnswer) {
        switch answer {
        case .heard: self.answer(FeedbackBody.receipt(of: feedback), status: 202)
        case .unknownRequest: self.refuse(Self.requestNotFound)
        case .tooMuch: self.refuse(Self.tooMuchFeedback, fields: [("x-should-retry", "false")])
        case .unavailable: self.refuse(Self.feedbackUnavailable)
        }
    }

    private static let requestNotFound = WireError(
        status: 404, code: "request_not_found",
        message: "There is no such request of this application. Take the id that the answer's x-request-id has.",
        param: "request")

    private static let tooMuchFeedback = WireError(
        status: 429, code: "rate_limit_exceeded", message: "There is too much feedback just now; nothing was kept.")

    private static let feedbackUnavailable = WireError(
        status: 503, code: "audit_unavailable",
        message: "The gateway cannot keep feedback just now. Send it again soon; it counts once.")
}

/// The body of feedback: `{"request": "req_…", "rating": "good"|"bad"|0…1}`.
enum FeedbackBody {
    /// Reads it strictly.
    static func read(_ body: ByteBuffer, of application: ApplicationID) throws(WireError) -> Feedback {
        let document: JSONValue
        do throws(JSONFault) {
            document = try JSONValue(parsing: Array(body.readableBytesView))
        } catch {
            throw WireError(status: 400, code: "invalid_json", message: "The body is not JSON: \(error).")
        }
        guard let members = document.objectValue else {
            throw WireError(status: 400, code: "invalid_type", message: "The body must be an object.")
        }
        if let other = members.keys.sorted().first(where: { $0 != "request" && $0 != "rating" }) {
            throw WireError(
                status: 400, code: "invalid_value",
                message: "The field '\(other.prefix(64))' is not known here; feedback has request and rating.",
                param: String(other.prefix(64)))
        }
        let request = try Self.text("request", in: members, "the id of a request (req_…)") { RequestID($0) }
        let rating = try Self.rating(in: members)
        return Feedback(application: application, request: request, rating: rating)
    }

    private static func rating(in members: [String: JSONValue]) throws(WireError) -> Report.Rating {
        let member = try Self.member("rating", in: members, Report.Rating.rule)
        if let rating = Report.Rating(member) { return rating }
        let isScalar = member.stringValue != nil || member.doubleValue != nil
        throw WireError(
            status: 400, code: isScalar ? "invalid_value" : "invalid_type",
            message: "The field 'rating' must be \(Report.Rating.rule).", param: "rating")
    }

    private static func member(
        _ name: String, in members: [String: JSONValue], _ rule: String
    ) throws(WireError) -> JSONValue {
        guard let member = members[name] else {
            throw WireError(
                status: 400, code: "missing_required_parameter", message: "The field '\(name)' is missing: \(rule).",
                param: name)
        }
        return member
    }

    private static func text<Value>(
        _ name: String, in members: [String: JSONValue], _ rule: String, _ read: (String) -> Value?
    ) throws(WireError) -> Value {
        guard let text = try Self.member(name, in: members, rule).stringValue else {
            throw WireError(
                status: 400, code: "invalid_type", message: "The field '\(name)' must be a text: \(rule).", param: name)
        }
        guard let value = read(text) else {
            throw WireError(
                status: 400, code: "invalid_value", message: "The field '\(name)' must be \(rule).", param: name)
        }
        return value
    }

    /// What is answered: the same whether or not the request counts in a rollout.
    static func receipt(of feedback: Feedback) -> ByteBuffer {
        let receipt: JSONValue = [
            "object": "feedback", "request": .string(feedback.request.description),
            "rating": feedback.rating.json,
        ]
        return ByteBuffer(bytes: receipt.canonical)
    }
}

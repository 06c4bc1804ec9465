import ChatWire
import HTTPWire
import Logging
import ReleaseModel
import Telemetry

/// What is answered to requests that never become exchanges.
extension Worker {
    /// An answer outside of an exchange, with a name of its own.
    func answer(_ error: WireError, format: WireFormat) -> Answer {
        let id = self.newRequestID(at: self.now()).description
        self.shared.logger.debug(
            "refused", metadata: ["request": "\(id)", "code": "\(error.code)", "status": "\(error.status)"])
        var answer = Answer(error, format: format, requestID: id)
        if error.status == 503 { answer.fields = [("retry-after", "1"), ("retry-after-ms", "1000")] }
        return answer
    }

    /// The client took too long.
    func timedOut() -> WireError {
        self.shared.metrics.refusals["request_timeout"].increment()
        return WireError(
            status: 408, code: "request_timeout", message: "The request did not come in time. Send it again, faster.")
    }

    /// The memory for bodies is taken by requests that came earlier, or that come faster.
    func overloaded() -> WireError {
        self.shared.metrics.refusals["overloaded"].increment()
        return WireError(
            status: 503, code: "overloaded",
            message: "The gateway reads as many large requests as it can just now. Send it again in a second.")
    }
}

extension WireError {
    /// What a caller is told when its request breaks a rule of HTTP.
    init(_ fault: RequestFault) {
        self.init(
            status: fault.status, code: fault.status == 413 ? "body_too_large" : fault.reason.rawValue,
            message: "\(fault.message) (\(fault.clause))")
    }
}

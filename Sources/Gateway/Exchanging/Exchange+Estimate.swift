import AccessPolicy
import ChatWire
import HTTPWire
import NIOCore
import Quota
import ReleaseModel
import StageControl

extension Exchange {
    /// The most tokens that a request may use: none if the model does not work on it.
    ///
    /// Notes how long the answer may be. Refuses what asks for more than grant, stage or gateway allow, before anything
    /// is taken of a limit.
    func estimate(_ asking: Asking, _ limits: Limits, _ caps: StageCaps?) throws(WireError) -> Int {
        guard let body = asking.body, asking.usesModel else { return 0 }
        var output = 0
        if asking.writes {
            let ofGrant = limits.maximumOutputTokens
            // A stage bounds what a request comes to; where it wants several answers, they share that.
            let ofStage = caps?.outputTokensPerRequest.map { $0 / max(1, body.choices) }
            self.outputBound = ofGrant.map { min($0, ofStage ?? $0) } ?? ofStage
            if let most = self.outputBound, (body.maximumOutputTokens ?? 1) > most {
                let holder = most == ofGrant ? "grant" : "stage"
                let asked = body.maximumOutputTokens.map { "\($0)" } ?? "\(body.choices) answers"
                throw WireError(
                    status: 400, code: "invalid_value",
                    message: "Your \(holder) allows answers of at most \(most) tokens; the request asks for \(asked).",
                    param: body.maximumOutputField)
            }
            output = body.maximumOutputTokens ?? self.outputBound ?? self.worker.configuration.defaultOutputTokens
        }
        let tokens = TokenEstimate(
            promptBytes: self.request.body.readableBytes, maximumOutput: output, choices: body.choices
        ).reservation
        let most = self.worker.configuration.maximumRequestTokens
        guard tokens <= most else {
            throw WireError(
                status: 400, code: "request_too_costly",
                message: "The request could cost \(tokens) tokens, and this gateway passes on at most \(most) in one: "
                    + "its prompt, and \(body.choices) × \(output) for what is written. Ask for less.",
                param: body.choices > 1 ? "n" : body.maximumOutputField)
        }
        return tokens
    }

    /// Which attempt this is, as the SDK counts them: 0 for the first. It is noted and changes nothing: whatever a
    /// caller writes into a header, the request counts.
    var retryCount: Int {
        guard let text = self.request.head.value(.xStainlessRetryCount), (1...3).contains(text.count) else { return 0 }
        var count = 0
        for letter in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) else { return 0 }
            count = count * 10 + Int(letter - UInt8(ascii: "0"))
        }
        return count
    }
}

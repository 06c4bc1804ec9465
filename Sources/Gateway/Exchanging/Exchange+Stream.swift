import ChatWire
import HTTPWire
import NIOCore
import Telemetry
import Upstreams

extension Exchange {
    func beginStream(_ head: ResponseHead) {
        self.phase = .streaming
        self.meter = StreamMeter(format: self.format, hidesUsage: !(self.chat?.includesUsage ?? false))
        let now = self.worker.now()
        self.front?.begin { text in
            AnswerHead.begin(head.status, requestID: self.requestID, worker: self.worker, at: now, to: &text)
            AnswerHead.passOn(head.fields, to: &text)
            if let rate = self.rate() { AnswerHead.rate(rate.fields, rate.format, at: now, to: &text) }
        }
    }

    /// Takes events to be written; they go out together when the upstream's read is done, so nothing waits for more.
    func writeStream(_ events: ByteBuffer) {
        guard events.readableBytes > 0 else { return }
        if self.firstTokenAt == nil { self.firstTokenAt = self.worker.uptime() }
        self.front?.send(events)
    }

    func flushStream() {
        guard case .streaming = self.phase, let front = self.front else { return }
        // The end mark is the answer's end, even if the upstream does not end its body for a while, or ever; its
        // connection is free for others when it does.
        if self.meter?.hasEnded ?? false { return self.endStream(failure: nil) }
        front.flush()
        if !front.isWritable { self.upstream?.pause() }
    }

    /// The upstream has ended, or failed in the middle. Whoever reads the stream is told in the stream itself: both
    /// SDKs take a stream that just stops for a whole one.
    ///
    /// - Parameter outcome: how a stream that is not whole has ended.
    func endStream(failure: WireError?, outcome: Outcome = .truncated) {
        guard var meter = self.meter else { return }
        let end = meter.finish()
        let isWhole = end.isComplete || (failure == nil && end.sawError)
        if isWhole {
            if let held = end.held { self.writeStream(held) }
        } else {
            let error =
                failure
                ?? WireError(
                    status: 502, code: "upstream_truncated",
                    message: "The model's upstream ended the stream before the answer was complete.")
            // An event that was begun would swallow the next one.
            if end.endsInsideEvent, end.held == nil { self.writeStream(ByteBuffer(string: "\n\n")) }
            self.writeStream(error.event(format: self.format, requestID: self.requestID))
            if outcome == .truncated { self.metrics.truncatedStreams.increment() }
        }
        self.upstream?.resume()  // if it has bytes to say yet, they are read off, so that its connection is free again
        self.settle(
            isWhole ? (end.sawError ? .upstreamError : .completed) : outcome, status: 200,
            usage: end.usage ?? self.estimatedUsage(events: end.contentEvents), finish: end.finish)
        self.front?.end()
    }

    /// What a stream without usage has cost at least: its prompt by size, and one token an event.
    private func estimatedUsage(events: Int) -> ChatWire.Usage {
        ChatWire.Usage(input: (self.request.body.readableBytes + 3) / 4, output: events)
    }
}

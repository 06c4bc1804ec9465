import ChatWire
import HTTPWire
import NIOCore
import Telemetry
import Upstreams

extension Exchange {
    /// Begins a stream as its upstream did; or, where the upstream is silent for long, before it says anything.
    func beginStream(_ head: ResponseHead?) {
        self.phase = .streaming
        self.worker.streams += 1
        self.meter = StreamMeter(
            call: self.asking?.call ?? .chatCompletions, hidesUsage: !(self.asking?.body?.includesUsage ?? false),
            names: self.names)
        let now = self.worker.now()
        self.front?.begin { text in
            AnswerHead.begin(head?.status ?? 200, requestID: self.requestID, worker: self.worker, at: now, to: &text)
            if let head {
                AnswerHead.passOn(head.fields, to: &text)
            } else {
                HeadWriter.field("content-type", "text/event-stream", to: &text)
                HeadWriter.field("cache-control", "no-cache", to: &text)
            }
            self.writeFields(at: now, to: &text)
        }
    }

    /// Takes events to be written; they go out together when the upstream's read is done, so nothing waits for more.
    func writeStream(_ events: ByteBuffer) {
        guard events.readableBytes > 0 else { return }
        if self.firstTokenAt == nil { self.firstTokenAt = self.worker.uptime() }
        self.silence.end()
        self.front?.send(events)
    }

    func flushStream() {
        guard case .streaming = self.phase, let front = self.front else { return }
        // The end mark is the answer's end, even if the upstream does not end its body for a while, or ever; its
        // connection is free for others when it does.
        if self.meter?.hasEnded ?? false { return self.endStream(failure: nil) }
        // Servers send a head by itself and the first event right behind it.
        guard self.firstTokenAt != nil else { return self.worker.flushSoon(self) }
        front.flush()
        guard !front.isWritable else { return }
        self.upstream?.read(.eventsSparingly)
        self.upstream?.pause()
    }

    /// The first event may take its time: the head goes out without it.
    func flushHead() {
        guard case .streaming = self.phase else { return }
        self.front?.flush()
    }

    /// Looked at each tick: tells a client that has heard nothing for long that somebody is there.
    ///
    /// Proxies and impatient clients close a connection on which nothing moves, also while a model thinks before its
    /// first word. So a stream is begun then without waiting for the upstream; what the upstream says wrongly after
    /// that is said in the stream.
    func keepAlive(at now: UInt64) {
        guard let asking = self.asking, asking.isStream, let front = self.front, front.isWritable else { return }
        let isDue = self.silence.lasts(
            UInt64(max(1, self.worker.configuration.keepAliveSeconds)) * 1_000_000_000, at: now)
        switch self.phase {
        case .waiting where isDue: self.beginStream(nil)
        case .streaming where isDue: break
        default: return
        }
        front.send(KeepAlive.bytes(for: self.format))
        front.flush()
        self.silence.end()
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
            self.front?.send(
                error.event(
                    call: self.asking?.call ?? .chatCompletions, requestID: self.requestID, sequence: end.nextSequence))
            if outcome == .truncated { self.metrics.truncatedStreams.increment() }
        }
        self.upstream?.resume()  // if it has bytes to say yet, they are read off, so that its connection is free again
        self.countedUsage = end.usage
        self.settle(
            isWhole ? (end.sawError ? .upstreamError : .completed) : outcome, status: 200,
            usage: self.used(end.usage ?? self.estimatedUsage(events: end.contentEvents)), finish: end.finish)
        self.front?.end()
    }

    /// What a request has used: nothing, if the model did not work on it, whatever the answer counts.
    func used(_ usage: ChatWire.Usage?) -> ChatWire.Usage? {
        self.asking?.usesModel ?? true ? usage : ChatWire.Usage(input: 0, output: 0)
    }

    /// What a stream without usage has cost at least: its prompt by size, and one token an event.
    private func estimatedUsage(events: Int) -> ChatWire.Usage {
        ChatWire.Usage(input: (self.request.body.readableBytes + 3) / 4, output: events)
    }
}

/// How long nothing was said. What is said only leaves a mark, so that no clock is read for it.
struct Silence {
    private var begun: UInt64?

    /// Something was said.
    mutating func end() {
        self.begun = nil
    }

    /// Whether it has lasted for so many nanoseconds; it is counted from the first look after what was said.
    mutating func lasts(_ nanoseconds: UInt64, at now: UInt64) -> Bool {
        guard let begun = self.begun else {
            self.begun = now
            return false
        }
        return now &- begun >= nanoseconds
    }
}

internal import HTTPTypes
package import NPUServices
package import NPUTransport
internal import Synchronization

/// A task service that answers in the time of its transport, from a script for each route.
package final class ScriptedTaskService: Sendable {
  /// One response.
  package struct Answer: Sendable {
    package var status: Int
    package var type: String
    package var body: [UInt8]
    package var fails: TransportError.Kind?

    package init(
      status: Int = 200, type: String = "application/json", body: [UInt8] = [], fails: TransportError.Kind? = nil
    ) {
      self.status = status
      self.type = type
      self.body = body
      self.fails = fails
    }

    package static func json(_ text: String, status: Int = 200) -> Answer {
      Answer(status: status, body: Array(text.utf8))
    }
    package static func text(_ text: String, status: Int) -> Answer {
      Answer(status: status, type: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
    package static func status(_ state: String, _ progress: Int = 0, _ rest: String = "") -> Answer {
      .json(#"{"task_id":"t1","status":"\#(state)","progress":\#(progress)\#(rest)}"#)
    }
    package static func png() throws -> Answer { Answer(type: "image/png", body: try ImageFixtures.png()) }
    package static let gone = Answer.json(#"{"detail":"Task not found"}"#, status: 404)
    package static let notCompleted = Answer.json(#"{"detail":"Task not completed"}"#, status: 400)
    package static let broken = Answer.text("Internal Server Error", status: 500)
    package static let refused = Answer(fails: .connectionRefused)
  }

  package let transport: ScriptedTransport

  /// - Parameters:
  ///   - statuses: The answers to one status request after the other; the last one stays.
  ///   - downloads: The same for downloads.
  package init(statuses: [Answer], downloads: [Answer] = []) {
    let counts = Counts()
    transport = ScriptedTransport { request in
      let path = request.head.path ?? ""
      let script = path.hasPrefix("/status") ? statuses : path.hasPrefix("/download") ? downloads : []
      let index = script.isEmpty ? 0 : counts.next(path.hasPrefix("/status"))
      let answer =
        request.head.method == .post
        ? .json(#"{"task_id":"t1","status":"queued","estimated_time":30,"message":"taken"}"#)
        : script.isEmpty ? .json("{}", status: 404) : script[min(index, script.count - 1)]
      if let kind = answer.fails { return [.fail(kind)] }
      let head = HTTPResponse(status: .init(code: answer.status), headerFields: [.contentType: answer.type])
      return [.wait(.milliseconds(1)), .head(head), .body(answer.body)]
    }
  }

  package var client: TaskClient {
    get throws { TaskClient(transport: transport, service: try .local) }
  }

  private final class Counts: Sendable {
    private let counts = Mutex([Bool: Int]())
    func next(_ isStatus: Bool) -> Int {
      counts.withLock { counts in
        defer { counts[isStatus, default: 0] += 1 }
        return counts[isStatus, default: 0]
      }
    }
  }
}

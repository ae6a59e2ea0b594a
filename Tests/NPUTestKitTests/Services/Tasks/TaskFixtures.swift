import HTTPTypes
import NPUTestKit
import Synchronization

/// A task service that answers in the time of its transport, from a script for each route.
final class ScriptedTaskService: Sendable {
  /// One response.
  struct Answer: Sendable {
    var status = 200
    var type = "application/json"
    var body: [UInt8] = []
    var fails: TransportError.Kind?

    static func json(_ text: String, status: Int = 200) -> Answer { Answer(status: status, body: Array(text.utf8)) }
    static func text(_ text: String, status: Int) -> Answer {
      Answer(status: status, type: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
    static func status(_ state: String, _ progress: Int = 0, _ rest: String = "") -> Answer {
      .json(#"{"task_id":"t1","status":"\#(state)","progress":\#(progress)\#(rest)}"#)
    }
    static func png() throws -> Answer { Answer(type: "image/png", body: try ImageFixtures.png()) }
    static let gone = Answer.json(#"{"detail":"Task not found"}"#, status: 404)
    static let notCompleted = Answer.json(#"{"detail":"Task not completed"}"#, status: 400)
    static let broken = Answer.text("Internal Server Error", status: 500)
    static let refused = Answer(fails: .connectionRefused)
  }

  let transport: ScriptedTransport

  /// - Parameters:
  ///   - statuses: The answers to one status request after the other; the last one stays.
  ///   - downloads: The same for downloads.
  init(statuses: [Answer], downloads: [Answer] = []) {
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

  var client: TaskClient {
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

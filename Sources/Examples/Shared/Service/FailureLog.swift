import Foundation
package import NPUTestKit
import Synchronization

/// Says which requests fail while a run goes on: the first few of each kind, and then from time to time how many more.
///
/// However many fail, there are few lines: a run of ten thousand refused connections a second has to be readable.
package final class FailureLog: Sendable {
  private struct Kind {
    var count = 0
    var shown = 0
    var lastLine: MonotonicInstant
  }

  private let kinds = Mutex<[String: Kind]>([:])
  private let clock: @Sendable () -> (instant: MonotonicInstant, text: String)

  /// Failures of a kind that have a line each.
  private static let shownOfKind = 5
  /// How long nothing more is said of a kind after that.
  private static let interval = Duration.seconds(10)
  /// Characters of a message.
  private static let longestMessage = 300
  /// Kinds that are told apart.
  private static let mostKinds = 64

  package convenience init() {
    self.init { (.now, Date().formatted(.iso8601)) }
  }

  /// Creates a log with a clock of one's own; its text is for people.
  package init(clock: @escaping @Sendable () -> (instant: MonotonicInstant, text: String)) { self.clock = clock }

  /// What is to be said of a request that has ended; nothing of one that ended well or was broken off here.
  package func lines(for record: RequestRecord) -> [String] {
    guard !record.outcome.isSuccess, !record.outcome.isCancellation else { return [] }
    let (now, time) = clock()
    let service = record.service.map { " of \($0)" } ?? ""
    let name = "\(record.outcome.kind.rawValue)\(service)"
    return kinds.withLock { kinds in
      let key = kinds[name] != nil || kinds.count < Self.mostKinds ? name : "other kinds"
      var kind = kinds[key] ?? Kind(lastLine: now)
      defer { kinds[key] = kind }
      kind.count += 1
      guard kind.shown >= Self.shownOfKind else {
        kind.shown += 1
        kind.lastLine = now
        let message = record.outcome.message.map { ": \($0.prefix(Self.longestMessage))" } ?? ""
        return ["\(time)  request \(record.index)\(service) failed: \(record.outcome.kind.rawValue)\(message)"]
      }
      guard kind.lastLine.duration(to: now) >= Self.interval else { return [] }
      kind.lastLine = now
      return ["\(time)  \(Self.text(&kind, key)), request \(record.index) the last of them"]
    }
  }

  /// What was held back until now, at the end of a run.
  package func rest() -> [String] {
    let time = clock().text
    return kinds.withLock { kinds in
      kinds.keys.sorted().compactMap { key in
        guard var kind = kinds[key], kind.count > kind.shown else { return nil }
        defer { kinds[key] = kind }
        return "\(time)  \(Self.text(&kind, key))"
      }
    }
  }

  private static func text(_ kind: inout Kind, _ key: String) -> String {
    let more = kind.count - kind.shown
    kind.shown = kind.count
    return "\(more) more \(more == 1 ? "request" : "requests") failed by \(key), \(kind.count) in all"
  }
}

/// A route of a service that works through a queue of tasks.
enum TaskRoute: Sendable, Hashable {
  case submit
  case batch
  case info
  case status(String)
  case download(String)
  /// A result under the address that the status named.
  case file(String)

  /// The routes whose last part is the name of something.
  static func entry(for path: Substring) -> (Route, [String])? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isEmpty, !parts[2].isEmpty else { return nil }
    let name = String(parts[2])
    switch parts[1] {
    case "status": return (.tasks(.status(name)), ["GET"])
    case "download": return (.tasks(.download(name)), ["GET"])
    case "images": return (.tasks(.file(name)), ["GET"])
    default: return nil
    }
  }
}

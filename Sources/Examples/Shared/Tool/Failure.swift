import ArgumentParser

/// Why there is no result, in the form in which it is printed.
package struct Failure: Error, CustomStringConvertible {
  /// The cause, from a bounded set.
  package var kind: String
  /// What was wrong, with the values that explain it.
  package var message: String

  package init(kind: String, message: String) { (self.kind, self.message) = (kind, message) }

  package var description: String { message }

  /// The failure of a file that cannot be read.
  package static func unreadable(_ path: String) -> Failure {
    Failure(kind: "unreadable_file", message: "\(path) cannot be read; is it a file, and may you read it?")
  }

  /// Runs the work of a tool; a failure is told on standard error, and with JSON also in an object on standard output.
  ///
  /// - Throws: `ExitCode` 2 for a failure.
  package static func told(by tool: String, json: Bool, _ work: () throws -> Void) throws {
    do { try work() } catch let failure as Failure {
      Console.note("\(tool): \(failure)")
      if json { try? Console.line(try Console.json(["error": ["kind": failure.kind, "message": failure.message]])) }
      throw ExitCode(2)
    }
  }
}

import Foundation

/// Why the system refused a file, in its own words.
package enum FileReason {
  /// The reason that an error of Foundation stands for.
  package static func of(_ error: any Error) -> String {
    let cause = (error as? CocoaError)?.underlying as? POSIXError ?? error as? POSIXError
    if let cause { return unsafe String(cString: strerror(cause.code.rawValue)) }
    return (error as? CocoaError)?.code == .fileReadNoSuchFile ? "No such file or directory" : "it is not accessible"
  }
}

internal import NPUBase

extension ConfigurationRules {
  /// What is installed before the code is loaded.
  mutating func checkDependencies(_ value: JSONValue?) {
    guard let value else { return }
    guard let list = value.array else { return add(.error, "dependencies", "must be a list of objects") }
    if isImage, !list.isEmpty {
      add(.error, "dependencies", "nothing is installed into an Image; put the packages into it, and leave this out")
    }
    for (position, element) in list.enumerated() {
      let place = "dependencies[\(position)]"
      guard let members = element.object else {
        add(.error, place, "must be an object with installer and packages")
        continue
      }
      if members["installer"]?.string != "pip" {
        let found = members["installer"]?.scalarText.map { "found \"\(Excerpt.of($0, limit: 40))\"" } ?? "it is missing"
        add(.error, "\(place).installer", "only pip; \(found)")
      }
      guard let packages = members["packages"]?.array else {
        add(.error, "\(place).packages", members["packages"] == nil ? "missing" : "must be a list of objects")
        continue
      }
      for (number, package) in packages.enumerated() { check(package, "\(place).packages[\(number)]") }
    }
  }

  private mutating func check(_ value: JSONValue, _ place: String) {
    guard let package = value.object else {
      return add(.error, place, "must be an object with package_name")
    }
    func text(_ key: String) -> (text: String, isWrong: Bool) {
      guard let value = package[key] else { return ("", false) }
      return (value.string ?? "", value.string == nil)
    }
    let (name, version, restraint) = (text("package_name"), text("package_version"), text("restraint"))
    for (key, value) in [("package_name", name), ("package_version", version), ("restraint", restraint)] {
      if value.isWrong {
        add(.error, "\(place).\(key)", "must be text")
      } else if key != "restraint", value.text.contains(where: { "&!'\"<>=".contains($0) }) {
        add(.error, "\(place).\(key)", "\"\(Excerpt.of(value.text, limit: 60))\" holds one of &!'\"<>=")
      }
    }
    if name.text.isEmpty, !name.isWrong { add(.error, "\(place).package_name", "missing") }
    if !restraint.text.isEmpty, !["EXACT", "ATLEAST", "ATMOST"].contains(restraint.text) {
      add(
        .error, "\(place).restraint",
        "EXACT, ATLEAST or ATMOST; found \"\(Excerpt.of(restraint.text, limit: 40))\"")
    }
    if !version.text.isEmpty, restraint.text.isEmpty, !restraint.isWrong {
      add(.error, "\(place).restraint", "mandatory where package_version is given: EXACT, ATLEAST or ATMOST")
    }
    if version.text.isEmpty, !version.isWrong, !restraint.text.isEmpty {
      add(.warning, "\(place).package_version", "missing; \(restraint.text) has no effect without a version")
    }
  }
}

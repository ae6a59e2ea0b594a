public import ArgumentParser
public import NPUTestKit

extension SigningDialect: ExpressibleByArgument {}

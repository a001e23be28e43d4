"""The scopes that routes name. Write and admin keys may also read."""

from typing import Annotated

from fastapi import Depends

from app.flows.keys import Caller
from app.vocabulary import KeyScope
from app.web.deps import Needs

READ = Depends(Needs(KeyScope.READ))
Writer = Annotated[Caller, Depends(Needs(KeyScope.WRITE))]

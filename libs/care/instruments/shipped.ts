import auditC from './forms/audit-c.json' with { type: 'json' };
import cSsrs from './forms/c-ssrs.json' with { type: 'json' };
import epds from './forms/epds.json' with { type: 'json' };
import gad2 from './forms/gad-2.json' with { type: 'json' };
import gad7 from './forms/gad-7.json' with { type: 'json' };
import pcPtsd5 from './forms/pc-ptsd-5.json' with { type: 'json' };
import pcl5 from './forms/pcl-5.json' with { type: 'json' };
import phq2 from './forms/phq-2.json' with { type: 'json' };
import phq9 from './forms/phq-9.json' with { type: 'json' };
import phqA from './forms/phq-a.json' with { type: 'json' };

/** The files of forms/, in the order in which they are listed; a spec finds one that was forgotten here. */
export const SHIPPED: readonly unknown[] = [phq9, gad7, phqA, phq2, gad2, epds, pcl5, pcPtsd5, auditC, cSsrs];
